// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace plex_tuner::cli {

/// "0.1.0"
[[nodiscard]] std::string version_number();
/// The text of --version: version, commit, compiler, libraries, licence.
[[nodiscard]] std::string version_text();

} // namespace plex_tuner::cli
