// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_time.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace plex_tuner::vodfs {

namespace {

constexpr std::int32_t kFirstYear = 1971;

[[nodiscard]] std::optional<std::uint32_t> seconds_of(std::chrono::year_month_day day) noexcept {
    if (!day.ok() || static_cast<int>(day.year()) < kFirstYear) {
        return std::nullopt;
    }
    const auto seconds =
        std::chrono::seconds(std::chrono::sys_days(day).time_since_epoch()).count();
    return std::in_range<std::uint32_t>(seconds)
               ? std::optional(static_cast<std::uint32_t>(seconds))
               : std::nullopt;
}

[[nodiscard]] std::uint32_t time_of_year(std::int32_t year) noexcept {
    using namespace std::chrono;
    return seconds_of(std::chrono::year(year) / January / 1).value_or(kUnknownTime);
}

/// "2019-01-31", whatever follows.
[[nodiscard]] std::optional<std::uint32_t> time_of_date(std::string_view text) noexcept {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = ascii::parse_integer<int>(text.substr(0, 4));
    const auto month = ascii::parse_integer<unsigned>(text.substr(5, 2));
    const auto day = ascii::parse_integer<unsigned>(text.substr(8, 2));
    if (!year || !month || !day) {
        return std::nullopt;
    }
    return seconds_of(std::chrono::year(*year) / static_cast<int>(*month) / static_cast<int>(*day));
}

} // namespace

std::uint32_t time_of(const catalog::Movie& film) noexcept {
    return film.added != 0 ? film.added : time_of_year(film.year);
}

std::uint32_t time_of(const catalog::Episode& episode, std::int32_t year) noexcept {
    if (episode.added != 0) {
        return episode.added;
    }
    if (const auto aired = time_of_date(episode.airdate)) {
        return *aired;
    }
    return time_of_year(year);
}

std::uint32_t time_of_contents(std::uint32_t newest, std::uint64_t contents) noexcept {
    constexpr std::uint32_t kDay = 86'400;
    return newest < kDay ? newest : newest - static_cast<std::uint32_t>(contents % kDay);
}

} // namespace plex_tuner::vodfs
