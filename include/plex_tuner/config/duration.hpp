// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::config {

/// Durations as Go writes them: a sign, then numbers with units (ns, us, ms, s, m, h), such as
/// "1h30m", "1.5s" or "500ms"; "0" needs no unit. Nothing when it is none or exceeds 292 years.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// The shortest such text: "1h30m", "45s", "500ms", "0".
[[nodiscard]] std::string format_duration(std::chrono::nanoseconds duration);

} // namespace plex_tuner::config
