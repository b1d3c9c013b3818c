// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/config/duration.hpp>

#include <array>
#include <cstdint>

namespace plex_tuner::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr std::int64_t kSecond = 1'000'000'000;

/// Longer names before those they start with.
constexpr std::array<Unit, 8> kUnits = {
    {{"ns", 1}, {"us", 1'000}, {"\u00B5s", 1'000}, {"\u03BCs", 1'000}, {"ms", 1'000'000},
        {"s", kSecond}, {"m", 60 * kSecond}, {"h", 3600 * kSecond}}};

[[nodiscard]] const Unit* take_unit(std::string_view& text) {
    for (const Unit& unit : kUnits) {
        if (text.starts_with(unit.name)) {
            text.remove_prefix(unit.name.size());
            return &unit;
        }
    }
    return nullptr;
}

[[nodiscard]] std::string_view take_digits(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && ascii::is_digit(text[count])) {
        ++count;
    }
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

/// "1.5" of a unit in nanoseconds; the fraction is cut after the nanosecond.
[[nodiscard]] std::optional<std::int64_t> scaled(
    std::string_view whole, std::string_view fraction, std::int64_t unit) {
    std::int64_t value = 0;
    if (!whole.empty()) {
        const auto number = ascii::parse_integer<std::int64_t>(whole);
        if (!number || __builtin_mul_overflow(*number, unit, &value)) {
            return std::nullopt;
        }
    }
    std::int64_t place = unit;
    std::int64_t rest = 0;
    for (const char digit : fraction) {
        // place is at most an hour, so place * 9 is far from overflow.
        rest += place * (digit - '0') / 10;
        place /= 10;
    }
    if (__builtin_add_overflow(value, rest, &value)) {
        return std::nullopt;
    }
    return value;
}

} // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    text = ascii::trim(text);
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text == "0") {
        return std::chrono::nanoseconds{0};
    }
    if (text.empty()) {
        return std::nullopt;
    }
    std::int64_t total = 0;
    while (!text.empty()) {
        const std::string_view whole = take_digits(text);
        std::string_view fraction;
        if (text.starts_with('.')) {
            text.remove_prefix(1);
            fraction = take_digits(text);
        }
        const Unit* unit = whole.empty() && fraction.empty() ? nullptr : take_unit(text);
        if (unit == nullptr) {
            return std::nullopt;
        }
        const auto part = scaled(whole, fraction, unit->nanoseconds);
        if (!part || __builtin_add_overflow(total, *part, &total)) {
            return std::nullopt;
        }
    }
    return std::chrono::nanoseconds{negative ? -total : total};
}

std::string format_duration(std::chrono::nanoseconds duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) {
        return "0";
    }
    std::string out;
    if (rest < 0) {
        out = "-";
        rest = -rest;
    }
    for (const Unit& unit : {kUnits[7], kUnits[6], kUnits[5], kUnits[4], kUnits[1], kUnits[0]}) {
        if (rest >= unit.nanoseconds) {
            out += std::to_string(rest / unit.nanoseconds);
            out += unit.name;
            rest %= unit.nanoseconds;
        }
    }
    return out;
}

} // namespace plex_tuner::config
