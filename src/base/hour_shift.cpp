// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/hour_shift.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace plex_tuner {

std::optional<std::chrono::minutes> parse_hour_shift(std::string_view text) noexcept {
    constexpr double kMostHours = 24;
    constexpr std::size_t kMostDigits = 32;
    text = ascii::trim(text);
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) {
            return std::nullopt;
        }
    }
    std::array<char, kMostDigits> digits{};
    if (text.size() > digits.size()) {
        return std::nullopt;
    }
    std::ranges::replace_copy(text, digits.begin(), ',', '.');
    const char* const behind = digits.data() + text.size();
    double hours = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), behind, hours, std::chars_format::fixed);
    if (error != std::errc() || end != behind || !(std::abs(hours) <= kMostHours)) {
        return std::nullopt;
    }
    return std::chrono::minutes(std::lround(hours * 60));
}

std::string format_hour_shift(std::chrono::minutes shift) {
    std::array<char, 32> digits{};
    // Enough for every minute to come back as it was.
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(),
        static_cast<double>(shift.count()) / 60, std::chars_format::fixed, 3);
    std::string text(digits.data(), end);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    return text;
}

} // namespace plex_tuner
