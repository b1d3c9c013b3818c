// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/net/http_date.hpp>

#include <array>

namespace plex_tuner::net {

namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kShortName = 3;
constexpr int kTwoDigitYearHorizon = 50;

void append_number(std::string& out, int value, int width) {
    std::array<char, 4> digits{};
    for (int i = width; i-- > 0; value /= 10) {
        digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    }
    out.append(digits.data(), static_cast<std::size_t>(width));
}

/// Takes fixed pieces from the front of a date; every method fails without consuming.
class DateCursor {
public:
    explicit DateCursor(std::string_view text) : rest_(text) {}

    bool literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) {
            return false;
        }
        rest_.remove_prefix(expected.size());
        return true;
    }

    bool number(std::size_t digits, int& value) {
        if (rest_.size() < digits || !ascii::is_digit(rest_.front())) {
            return false;
        }
        const auto parsed = ascii::parse_integer<int>(rest_.substr(0, digits));
        if (!parsed) {
            return false;
        }
        value = *parsed;
        rest_.remove_prefix(digits);
        return true;
    }

    bool month_name(unsigned& value) {
        for (std::size_t i = 0; i < kMonths.size(); ++i) {
            if (literal(kMonths[i])) {
                value = static_cast<unsigned>(i + 1);
                return true;
            }
        }
        return false;
    }

    bool day_name(bool full) {
        for (const std::string_view name : kDays) {
            if (literal(full ? name : name.substr(0, kShortName))) {
                return true;
            }
        }
        return false;
    }

    bool time_of_day(int& hour, int& minute, int& second) {
        return number(2, hour) && literal(":") && number(2, minute) && literal(":") &&
               number(2, second);
    }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

struct DateFields {
    int year_value = 0;
    unsigned month_value = 0;
    int day_value = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    bool two_digit_year = false;
};

std::optional<DateFields> imf_fixdate(std::string_view text) {
    DateCursor in(text);
    DateFields out;
    if (in.day_name(false) && in.literal(", ") && in.number(2, out.day_value) && in.literal(" ") &&
        in.month_name(out.month_value) && in.literal(" ") && in.number(4, out.year_value) &&
        in.literal(" ") && in.time_of_day(out.hour, out.minute, out.second) && in.literal(" GMT") &&
        in.at_end()) {
        return out;
    }
    return std::nullopt;
}

std::optional<DateFields> rfc850_date(std::string_view text) {
    DateCursor in(text);
    DateFields out;
    out.two_digit_year = true;
    if (in.day_name(true) && in.literal(", ") && in.number(2, out.day_value) && in.literal("-") &&
        in.month_name(out.month_value) && in.literal("-") && in.number(2, out.year_value) &&
        in.literal(" ") && in.time_of_day(out.hour, out.minute, out.second) && in.literal(" GMT") &&
        in.at_end()) {
        return out;
    }
    return std::nullopt;
}

std::optional<DateFields> asctime_date(std::string_view text) {
    DateCursor in(text);
    DateFields out;
    if (!in.day_name(false) || !in.literal(" ") || !in.month_name(out.month_value) ||
        !in.literal(" ")) {
        return std::nullopt;
    }
    const bool day_read =
        in.literal(" ") ? in.number(1, out.day_value) : in.number(2, out.day_value);
    if (day_read && in.literal(" ") && in.time_of_day(out.hour, out.minute, out.second) &&
        in.literal(" ") && in.number(4, out.year_value) && in.at_end()) {
        return out;
    }
    return std::nullopt;
}

int full_year(int two_digits, WallTime now) {
    const int this_year = static_cast<int>(year_month_day(std::chrono::floor<days>(now)).year());
    const int candidate = this_year - this_year % 100 + two_digits;
    return candidate > this_year + kTwoDigitYearHorizon ? candidate - 100 : candidate;
}

} // namespace

std::string format_http_date(WallTime time) {
    const sys_days date = std::chrono::floor<days>(time);
    const year_month_day calendar(date);
    const auto weekday = std::chrono::weekday(date).c_encoding();
    const auto time_of_day = static_cast<int>((time - date).count());
    std::string out;
    out.reserve(29);
    out.append(kDays[weekday].substr(0, kShortName)).append(", ");
    append_number(out, static_cast<int>(static_cast<unsigned>(calendar.day())), 2);
    out += ' ';
    out.append(kMonths[static_cast<unsigned>(calendar.month()) - 1]) += ' ';
    append_number(out, static_cast<int>(calendar.year()), 4);
    out += ' ';
    append_number(out, time_of_day / 3600, 2);
    out += ':';
    append_number(out, time_of_day / 60 % 60, 2);
    out += ':';
    append_number(out, time_of_day % 60, 2);
    out.append(" GMT");
    return out;
}

std::optional<WallTime> parse_http_date(std::string_view text, WallTime now) {
    const std::string_view trimmed = ascii::trim(text);
    std::optional<DateFields> fields = imf_fixdate(trimmed);
    if (!fields) {
        fields = rfc850_date(trimmed);
    }
    if (!fields) {
        fields = asctime_date(trimmed);
    }
    if (!fields) {
        return std::nullopt;
    }
    if (fields->two_digit_year) {
        fields->year_value = full_year(fields->year_value, now);
    }
    const year_month_day date(year(fields->year_value), month(fields->month_value),
        day(static_cast<unsigned>(fields->day_value)));
    constexpr int kLeapSecond = 60; // RFC 9110 allows it; it is the next minute's first second here
    if (!date.ok() || fields->hour > 23 || fields->minute > 59 || fields->second > kLeapSecond) {
        return std::nullopt;
    }
    return sys_days(date) + hours(fields->hour) + minutes(fields->minute) + seconds(fields->second);
}

} // namespace plex_tuner::net
