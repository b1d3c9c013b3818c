// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace plex_tuner::vodfs {

/// Valid UTF-8 in the form with composed letters (Unicode NFC), as files are named everywhere but
/// on some Macs: one title is one name, however a panel spells it today.
[[nodiscard]] std::string composed(std::string text);

} // namespace plex_tuner::vodfs
