// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace plex_tuner::config {

/// 1, true, yes, on and 0, false, no, off, in any case, blanks around them ignored.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

} // namespace plex_tuner::config
