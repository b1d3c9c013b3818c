// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/epg/event_name.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace plex_tuner::epg {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

/// Letters, or digits, or one sign: what times are made of.
struct Token {
    std::string text; ///< lower case
    std::size_t begin;
    std::size_t end;

    [[nodiscard]] bool is(std::string_view wanted) const { return text == wanted; }

    [[nodiscard]] std::optional<int> number() const { return ascii::parse_integer<int>(text); }
};

[[nodiscard]] std::vector<Token> tokens_of(std::string_view name) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < name.size();) {
        std::size_t end = i + 1;
        const auto run = [&](auto is_part) {
            while (end < name.size() && is_part(name[end])) {
                ++end;
            }
        };
        if (ascii::is_digit(name[i])) {
            run(ascii::is_digit);
        } else if (ascii::is_alpha(name[i])) {
            run(ascii::is_alpha);
        } else if (ascii::is_space(name[i])) {
            i = end;
            continue;
        }
        tokens.push_back({ascii::lower(name.substr(i, end - i)), i, end});
        i = end;
    }
    return tokens;
}

/// Zones that lists name, minutes east of UTC in winter; those with a summer time of their own.
struct Zone {
    std::string_view name;
    int winter;
    enum class Summer { none, europe, america } summer;
};

constexpr std::array<Zone, 15> kZones{{{"utc", 0, Zone::Summer::none},
    {"gmt", 0, Zone::Summer::none}, {"bst", 60, Zone::Summer::none},
    {"uk", 0, Zone::Summer::europe}, {"cet", 60, Zone::Summer::europe},
    {"cest", 120, Zone::Summer::none}, {"et", -300, Zone::Summer::america},
    {"est", -300, Zone::Summer::none}, {"edt", -240, Zone::Summer::none},
    {"ct", -360, Zone::Summer::america}, {"mt", -420, Zone::Summer::america},
    {"pt", -480, Zone::Summer::america}, {"pst", -480, Zone::Summer::none},
    {"pdt", -420, Zone::Summer::none}, {"msk", 180, Zone::Summer::none}}};

[[nodiscard]] sys_days sunday(int year, unsigned month, std::chrono::weekday_indexed which) {
    return std::chrono::year(year) / std::chrono::month(month) / which;
}

[[nodiscard]] bool is_summer(Zone::Summer rule, sys_days day) {
    const std::chrono::year_month_day date(day);
    const int year = static_cast<int>(date.year());
    switch (rule) {
    case Zone::Summer::none:
        return false;
    case Zone::Summer::europe: {
        const sys_days begin =
            std::chrono::year(year) / std::chrono::March / std::chrono::Sunday[std::chrono::last];
        const sys_days end =
            std::chrono::year(year) / std::chrono::October / std::chrono::Sunday[std::chrono::last];
        return day >= begin && day < end;
    }
    case Zone::Summer::america:
        return day >= sunday(year, 3, std::chrono::Sunday[2]) &&
               day < sunday(year, 11, std::chrono::Sunday[1]);
    }
    return false;
}

constexpr std::array<std::string_view, 12> kMonths{
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

/// A day and a time as far as they are named, and where they stand in the tokens.
struct Found {
    std::optional<int> year;
    std::optional<unsigned> month;
    std::optional<unsigned> day;
    minutes time{0};
    const Zone* zone = nullptr;
    std::size_t first = 0;
    std::size_t last = 0; ///< one past
};

class Reader {
public:
    explicit Reader(const std::vector<Token>& tokens) : tokens_(tokens) {}

    /// The first time at or behind token `from`.
    [[nodiscard]] std::optional<Found> find(std::size_t from) const {
        for (std::size_t i = from; i < tokens_.size(); ++i) {
            if (auto found = time_at(i)) {
                add_zone(*found);
                add_day(*found);
                return found;
            }
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::optional<int> number(std::size_t i, int least, int most) const {
        if (i >= tokens_.size()) {
            return std::nullopt;
        }
        const auto value = tokens_[i].number();
        return value && *value >= least && *value <= most ? value : std::nullopt;
    }

    [[nodiscard]] bool is(std::size_t i, std::string_view text) const {
        return i < tokens_.size() && tokens_[i].is(text);
    }

    /// "19:00", "19:00:00", "7:30 pm", "8 pm", "19h30"
    [[nodiscard]] std::optional<Found> time_at(std::size_t i) const {
        const auto hour = number(i, 0, 23);
        if (!hour) {
            return std::nullopt;
        }
        Found found;
        found.first = i;
        std::size_t next = i + 1;
        int minute = 0;
        bool is_time = false;
        if (is(next, ":") || is(next, "h")) {
            const auto named = number(next + 1, 0, 59);
            if (!named || tokens_[next + 1].text.size() != 2) {
                return std::nullopt;
            }
            minute = *named;
            is_time = true;
            next += 2;
            if (is(next, ":") && number(next + 1, 0, 59)) {
                next += 2;
            }
        }
        int of_day = *hour;
        if ((is(next, "pm") || is(next, "am")) && *hour >= 1 && *hour <= 12) {
            of_day = *hour % 12 + (is(next, "pm") ? 12 : 0);
            is_time = true;
            ++next;
        }
        if (!is_time) {
            return std::nullopt;
        }
        found.time = hours(of_day) + minutes(minute);
        found.last = next;
        return found;
    }

    void add_zone(Found& found) const {
        for (const Zone& zone : kZones) {
            if (is(found.last, zone.name)) {
                found.zone = &zone;
                ++found.last;
                return;
            }
        }
    }

    [[nodiscard]] std::optional<unsigned> month_at(std::size_t i) const {
        if (i >= tokens_.size() || tokens_[i].text.size() < 3) {
            return std::nullopt;
        }
        const auto* const found =
            std::ranges::find(kMonths, std::string_view(tokens_[i].text).substr(0, 3));
        return found == kMonths.end()
                   ? std::nullopt
                   : std::optional(static_cast<unsigned>(found - kMonths.begin()) + 1);
    }

    /// Right before the time: "2026-11-28", "28/11", "28.11.", "Nov 28", "28 Nov".
    void add_day(Found& found) const {
        std::size_t end = found.first;
        while (end > 0 && (is(end - 1, "@") || is(end - 1, ",") || is(end - 1, ".") ||
                              is(end - 1, "t") || is(end - 1, "at"))) {
            --end;
        }
        const auto separated = [&](std::size_t i) {
            return is(i, "-") || is(i, "/") || is(i, ".");
        };
        if (end >= 5 && separated(end - 2) && separated(end - 4) && number(end - 5, 2000, 2099)) {
            found.year = number(end - 5, 2000, 2099);
            set_month(found, number(end - 3, 1, 12));
            set_day(found, number(end - 1, 1, 31));
            found.first = end - 5;
        } else if (end >= 3 && separated(end - 2) && number(end - 3, 1, 31) &&
                   number(end - 1, 1, 12)) {
            set_day(found, number(end - 3, 1, 31));
            set_month(found, number(end - 1, 1, 12));
            found.first = end - 3;
        } else if (end >= 2 && month_at(end - 2) && number(end - 1, 1, 31)) {
            found.month = month_at(end - 2);
            set_day(found, number(end - 1, 1, 31));
            found.first = end - 2;
        } else if (end >= 2 && month_at(end - 1) && number(end - 2, 1, 31)) {
            found.month = month_at(end - 1);
            set_day(found, number(end - 2, 1, 31));
            found.first = end - 2;
        } else {
            found.first = end;
        }
    }

    static void set_month(Found& found, std::optional<int> value) {
        found.month = value ? std::optional(static_cast<unsigned>(*value)) : std::nullopt;
    }

    static void set_day(Found& found, std::optional<int> value) {
        found.day = value ? std::optional(static_cast<unsigned>(*value)) : std::nullopt;
    }

    const std::vector<Token>& tokens_;
};

[[nodiscard]] std::optional<WallTime> resolve(const Found& found, WallTime now, minutes local) {
    const auto at = [&](sys_days day) {
        minutes offset = local;
        if (found.zone != nullptr) {
            offset = minutes(found.zone->winter) +
                     (is_summer(found.zone->summer, day) ? hours(1) : hours(0));
        }
        return WallTime(day) + found.time - offset;
    };
    const sys_days today = std::chrono::floor<std::chrono::days>(now + local);
    if (found.month && found.day) {
        const auto this_year = std::chrono::year_month_day(today).year();
        for (const int more : {0, 1}) {
            const auto year =
                found.year ? std::chrono::year(*found.year) : this_year + std::chrono::years(more);
            const std::chrono::year_month_day date =
                year / std::chrono::month(*found.month) / std::chrono::day(*found.day);
            if (!date.ok()) {
                return std::nullopt;
            }
            // "31/12" in January was last month, not in a year.
            constexpr std::chrono::days kLongAgo{180};
            if (found.year || today - sys_days(date) < kLongAgo) {
                return at(date);
            }
        }
        return std::nullopt;
    }
    for (int day = -1; day <= 1; ++day) {
        const WallTime start = at(today + std::chrono::days(day));
        if (start + kEventLength > now) {
            return start;
        }
    }
    return std::nullopt;
}

[[nodiscard]] std::string_view trimmed_of_signs(std::string_view text) {
    constexpr std::string_view kSigns = " \t|:-@,;(/[";
    const std::size_t begin = text.find_first_not_of(kSigns);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::size_t end = text.find_last_not_of(kSigns);
    return text.substr(begin, end - begin + 1);
}

/// "PPV 3 | Team A v Team B" → "Team A v Team B".
[[nodiscard]] std::string title_of(std::string_view before, std::string_view behind) {
    std::string_view text = before;
    for (const char sign : {'|', ':'}) {
        if (const std::size_t at = text.rfind(sign); at != std::string_view::npos) {
            if (const auto rest = trimmed_of_signs(text.substr(at + 1)); !rest.empty()) {
                return std::string(rest);
            }
        }
    }
    text = trimmed_of_signs(text);
    // "20:00 Team A v Team B", "PPV 3 (20:00) Team A v Team B"
    const std::string_view after =
        trimmed_of_signs(behind.substr(std::min(behind.find_first_not_of(")] "), behind.size())));
    return std::string(after.size() > text.size() ? after : text);
}

[[nodiscard]] bool is_event_channel(const std::vector<Token>& tokens) {
    if (tokens.empty()) {
        return false;
    }
    const auto is_marker = [](const Token& token) {
        return token.is("ppv") || token.is("event") || token.is("events") || token.is("live");
    };
    const bool two_meet = std::ranges::any_of(tokens,
        [](const Token& token) { return token.is("v") || token.is("vs") || token.is("versus"); });
    return two_meet || is_marker(tokens.front()) ||
           (tokens.size() > 2 && is_marker(tokens[2])); // "US: PPV 3"
}

} // namespace

std::optional<Event> parse_event_name(
    std::string_view name, WallTime now, std::chrono::minutes local) {
    const std::vector<Token> tokens = tokens_of(name);
    if (!is_event_channel(tokens)) {
        return std::nullopt;
    }
    const Reader reader(tokens);
    const auto begin = reader.find(0);
    const auto start = begin ? resolve(*begin, now, local) : std::nullopt;
    if (!start) {
        return std::nullopt;
    }
    Event event{{}, *start, *start + kEventLength};
    std::size_t first = begin->first;
    std::size_t last = begin->last;
    // "start:… stop:…" of panels
    if (first >= 2 && tokens[first - 2].is("start")) {
        first -= 2;
        const auto end = reader.find(last);
        const auto stop = end ? resolve(*end, now, local) : std::nullopt;
        if (stop && *stop > *start && *stop - *start <= hours(24)) {
            event.stop = *stop;
            last = end->last;
        }
    }
    event.title = title_of(first < tokens.size() ? name.substr(0, tokens[first].begin) : name,
        last < tokens.size() ? name.substr(tokens[last].begin) : std::string_view());
    return event.title.empty() ? std::nullopt : std::optional(std::move(event));
}

} // namespace plex_tuner::epg
