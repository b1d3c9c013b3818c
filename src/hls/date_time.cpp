// SPDX-License-Identifier: GPL-3.0-or-later
#include "date_time.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::hls {
namespace {

/// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) noexcept {
    if (text.size() < digits) {
        return std::nullopt;
    }
    int value = 0;
    for (const char c : text.substr(0, digits)) {
        if (!ascii::is_digit(c)) {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c) noexcept {
    const bool there = text.starts_with(c);
    text.remove_prefix(there ? 1 : 0);
    return there;
}

/// Fraction of a second, digits beyond the third ignored.
std::chrono::milliseconds take_fraction(std::string_view& text) noexcept {
    if (!take(text, '.') && !take(text, ',')) {
        return {};
    }
    int value = 0;
    int weight = 100;
    while (!text.empty() && ascii::is_digit(text.front())) {
        value += (text.front() - '0') * weight;
        weight /= 10;
        text.remove_prefix(1);
    }
    return std::chrono::milliseconds(value);
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) noexcept {
    if (text.empty() || take(text, 'Z') || take(text, 'z')) {
        return std::chrono::minutes(0);
    }
    const bool west = text.starts_with('-');
    if (!take(text, '+') && !take(text, '-')) {
        return std::nullopt;
    }
    const std::optional<int> hours = take_number(text, 2);
    (void)take(text, ':');
    const std::optional<int> minutes = text.empty() ? 0 : take_number(text, 2);
    if (!hours || !minutes) {
        return std::nullopt;
    }
    const std::chrono::minutes offset(*hours * 60 + *minutes);
    return west ? -offset : offset;
}

} // namespace

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_date_time(
    std::string_view text) noexcept {
    text = ascii::trim(text);
    const std::optional<int> year = take_number(text, 4);
    const bool first_dash = take(text, '-');
    const std::optional<int> month = take_number(text, 2);
    const bool second_dash = take(text, '-');
    const std::optional<int> day = take_number(text, 2);
    if (!year || !month || !day || !first_dash || !second_dash) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(std::chrono::year(*year),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || (!take(text, 'T') && !take(text, 't') && !take(text, ' '))) {
        return std::nullopt;
    }
    const std::optional<int> hour = take_number(text, 2);
    const bool first_colon = take(text, ':');
    const std::optional<int> minute = take_number(text, 2);
    if (!hour || !minute || !first_colon) {
        return std::nullopt;
    }
    std::optional<int> second = 0;
    if (take(text, ':')) {
        second = take_number(text, 2);
    }
    if (!second || *hour > 24 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    const std::chrono::milliseconds fraction = take_fraction(text);
    const std::optional<std::chrono::minutes> offset = take_offset(text);
    if (!offset || !text.empty()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second) + fraction - *offset;
}

} // namespace plex_tuner::hls
