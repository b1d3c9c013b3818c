// SPDX-License-Identifier: GPL-3.0-or-later
#include "xmltv_time.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <string_view>

namespace plex_tuner::guide {
namespace {

using std::chrono::minutes;

struct Zone {
    std::string_view name;
    int offset_minutes;
};

constexpr int h(int hours, int minutes_of_hour = 0) {
    return hours * 60 + (hours < 0 ? -minutes_of_hour : minutes_of_hour);
}

/// Abbreviations seen in feeds. Where one is used twice in the world the meaning is that of the
/// XMLTV tools' date library (BST British, IST Indian, CST and EST American).
constexpr std::array kZones{Zone{"UTC", 0}, Zone{"GMT", 0}, Zone{"Z", 0}, Zone{"UT", 0},
    Zone{"WET", 0}, Zone{"WEST", h(1)}, Zone{"BST", h(1)}, Zone{"CET", h(1)}, Zone{"CEST", h(2)},
    Zone{"MET", h(1)}, Zone{"MEST", h(2)}, Zone{"MEZ", h(1)}, Zone{"MESZ", h(2)}, Zone{"EET", h(2)},
    Zone{"EEST", h(3)}, Zone{"MSK", h(3)}, Zone{"MSD", h(4)}, Zone{"SAST", h(2)}, Zone{"EAT", h(3)},
    Zone{"GST", h(4)}, Zone{"PKT", h(5)}, Zone{"IST", h(5, 30)}, Zone{"NPT", h(5, 45)},
    Zone{"ICT", h(7)}, Zone{"WIB", h(7)}, Zone{"HKT", h(8)}, Zone{"SGT", h(8)}, Zone{"AWST", h(8)},
    Zone{"JST", h(9)}, Zone{"KST", h(9)}, Zone{"ACST", h(9, 30)}, Zone{"ACDT", h(10, 30)},
    Zone{"AEST", h(10)}, Zone{"AEDT", h(11)}, Zone{"NZST", h(12)}, Zone{"NZDT", h(13)},
    Zone{"BRT", h(-3)}, Zone{"ART", h(-3)}, Zone{"NST", h(-3, 30)}, Zone{"NDT", h(-2, 30)},
    Zone{"AST", h(-4)}, Zone{"ADT", h(-3)}, Zone{"EST", h(-5)}, Zone{"EDT", h(-4)},
    Zone{"CST", h(-6)}, Zone{"CDT", h(-5)}, Zone{"MST", h(-7)}, Zone{"MDT", h(-6)},
    Zone{"PST", h(-8)}, Zone{"PDT", h(-7)}, Zone{"AKST", h(-9)}, Zone{"AKDT", h(-8)},
    Zone{"HST", h(-10)}};

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2100;
constexpr int kMaxOffsetMinutes = h(14); // Kiribati

[[nodiscard]] int number(const char* digits, std::size_t count) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

/// "+hhmm", "+hh:mm", "+hh" or "+h".
[[nodiscard]] std::optional<minutes> parse_offset(std::string_view text) noexcept {
    const int sign = text.front() == '-' ? -1 : 1;
    std::array<char, 4> digits{};
    std::size_t count = 0;
    for (const char c : text.substr(1)) {
        if (c == ':' && (count == 1 || count == 2)) {
            continue;
        }
        if (!ascii::is_digit(c) || count == digits.size()) {
            return std::nullopt;
        }
        digits[count++] = c;
    }
    if (count == 0) {
        return std::nullopt;
    }
    const std::size_t hour_digits = count <= 2 ? count : count - 2;
    const int hours = number(digits.data(), hour_digits);
    const int rest = number(digits.data() + hour_digits, count - hour_digits);
    if (rest >= 60 || h(hours, rest) > kMaxOffsetMinutes) {
        return std::nullopt;
    }
    return minutes(sign * h(hours, rest));
}

[[nodiscard]] std::optional<minutes> parse_zone(std::string_view text) noexcept {
    if (text.empty()) {
        return minutes(0);
    }
    if (text.front() == '+' || text.front() == '-') {
        return parse_offset(text);
    }
    if (ascii::istarts_with(text, "UTC") || ascii::istarts_with(text, "GMT")) {
        const std::string_view rest = text.substr(3);
        if (!rest.empty()) {
            return rest.front() == '+' || rest.front() == '-' ? parse_offset(rest) : std::nullopt;
        }
    }
    const auto* const zone = std::ranges::find_if(
        kZones, [text](const Zone& known) { return ascii::iequals(known.name, text); });
    return zone == kZones.end() ? std::nullopt : std::optional(minutes(zone->offset_minutes));
}

/// Copies the digits of date and time and returns what follows them. ISO punctuation is skipped:
/// '-' inside the date, 'T' or one blank before the hour, ':' inside the time.
[[nodiscard]] std::string_view take_digits(
    std::string_view text, std::array<char, kTimeDigits>& digits, std::size_t& count) noexcept {
    std::size_t at = 0;
    for (count = 0; at < text.size() && count < digits.size(); ++at) {
        const char c = text[at];
        if (ascii::is_digit(c)) {
            digits[count++] = c;
            continue;
        }
        const bool digit_follows = at + 1 < text.size() && ascii::is_digit(text[at + 1]);
        const bool skipped = digit_follows && ((c == '-' && (count == 4 || count == 6)) ||
                                                  ((c == 'T' || c == ' ') && count == 8) ||
                                                  (c == ':' && (count == 10 || count == 12)));
        if (!skipped) {
            break;
        }
    }
    return text.substr(at);
}

} // namespace

std::optional<WallTime> parse_xmltv_time(std::string_view text) noexcept {
    text = ascii::trim(text);
    std::array<char, kTimeDigits> digits{};
    digits.fill('0');
    std::size_t count = 0;
    std::string_view rest = take_digits(text, digits, count);
    if (count < 8 || count % 2 != 0) {
        return std::nullopt;
    }
    // ISO 8601 allows a fraction of a second.
    if (count == kTimeDigits && rest.starts_with('.')) {
        rest.remove_prefix(1);
        while (!rest.empty() && ascii::is_digit(rest.front())) {
            rest.remove_prefix(1);
        }
    }
    const auto zone = parse_zone(ascii::trim(rest));
    const int year = number(digits.data(), 4);
    const std::chrono::year_month_day date{std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(number(digits.data() + 4, 2))),
        std::chrono::day(static_cast<unsigned>(number(digits.data() + 6, 2)))};
    const int hour = number(digits.data() + 8, 2);
    const int minute = number(digits.data() + 10, 2);
    const int second = number(digits.data() + 12, 2);
    const bool end_of_day = hour == 24 && minute == 0 && second == 0;
    if (!zone || !date.ok() || year < kFirstYear || year > kLastYear ||
        (hour > 23 && !end_of_day) || minute > 59 || second > 60) {
        return std::nullopt;
    }
    const WallTime time = WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
                          minutes(minute) + std::chrono::seconds(second) - *zone;
    // An offset may carry the first hours of 1970 into the year before.
    return time < WallTime() ? std::nullopt : std::optional(time);
}

std::array<char, kTimeDigits> format_time_digits(WallTime time) noexcept {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(time - days);
    std::array<char, kTimeDigits> digits{};
    char* at = digits.data();
    const auto put = [&at](unsigned value, int width) {
        for (int i = width - 1; i >= 0; --i) {
            at[i] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
        at += width;
    };
    put(static_cast<unsigned>(static_cast<int>(date.year())), 4);
    put(static_cast<unsigned>(date.month()), 2);
    put(static_cast<unsigned>(date.day()), 2);
    put(static_cast<unsigned>(clock.hours().count()), 2);
    put(static_cast<unsigned>(clock.minutes().count()), 2);
    put(static_cast<unsigned>(clock.seconds().count()), 2);
    return digits;
}

} // namespace plex_tuner::guide
