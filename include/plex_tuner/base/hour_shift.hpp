// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner {

/// "1", "+1", "-2", "5.5", "0,5" hours, at most 24 either way, to the minute; nothing for anything
/// else.
[[nodiscard]] std::optional<std::chrono::minutes> parse_hour_shift(std::string_view text) noexcept;

/// In the same form, without more digits than needed.
[[nodiscard]] std::string format_hour_shift(std::chrono::minutes shift);

} // namespace plex_tuner
