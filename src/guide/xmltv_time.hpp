// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace plex_tuner::guide {

/// Reads a time of XMLTV as it occurs in the wild: "YYYYMMDDhhmmss +hhmm" shortened from the right
/// down to the date, the blank missing, a colon in the offset, a named zone ("BST", "Z", "UTC+2"),
/// ISO 8601 punctuation. Without an offset it is UTC. Nothing for anything else, for years outside
/// 1970 to 2100 and for zone names we do not know: a programme at a wrong hour is worse than none.
[[nodiscard]] std::optional<WallTime> parse_xmltv_time(std::string_view text) noexcept;

inline constexpr std::size_t kTimeDigits = 14;
/// "YYYYMMDDhhmmss" in UTC.
[[nodiscard]] std::array<char, kTimeDigits> format_time_digits(WallTime time) noexcept;
/// What follows the digits in everything we write.
inline constexpr std::string_view kUtcOffset = " +0000";

} // namespace plex_tuner::guide
