// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::net {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 section 5.6.7). Years 0 to 9999.
[[nodiscard]] std::string format_http_date(WallTime time);

/// Reads IMF-fixdate and both obsolete forms (RFC 850, asctime). The day name is not checked
/// against the date. `now` decides the century of a two-digit year: one that would lie more than
/// 50 years ahead is taken for the past.
[[nodiscard]] std::optional<WallTime> parse_http_date(std::string_view text, WallTime now);

} // namespace plex_tuner::net
