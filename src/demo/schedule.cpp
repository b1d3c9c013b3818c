// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

namespace plex_tuner::demo {
namespace {

struct Series {
    std::string_view title;
    std::string_view category;
    std::string_view description;
    std::array<std::string_view, 4> episodes;
};

struct Film {
    std::string_view title;
    std::string_view category;
    std::string_view description;
    int year;
};

struct Bulletin {
    std::string_view title;
    std::string_view category;
    std::string_view description;
};

struct Repertoire {
    std::span<const Series> series;
    std::span<const Film> films;
    std::span<const Bulletin> bulletins;
};

constexpr std::array<Series, 4> kScienceSeries{{
    {"The Sixty-Second Minute", "Science",
        "What fits into one minute, measured with a running clock.",
        {"Leap Seconds", "Noon & Midnight", "A Pendulum in Paris", "The Quartz Years"}},
    {"Seven Bars", "Documentary", "Each colour of the test card, and where it comes from.",
        {"Yellow", "Cyan", "Green", "Magenta"}},
    {"Signal Path", "Technology", "A transport stream's way from the antenna to the living room.",
        {"Sync Byte 47", "Tables First", "The Key Frame", "Continuity"}},
    {"Harbour Lights", "Drama", "The night shift of a small lighthouse station.",
        {"Fog", "The Spare Lamp", "Low Tide", "Relief"}},
}};
constexpr std::array<Film, 3> kScienceFilms{{
    {"The Watchmaker's Apprentice", "Drama", "She repairs every clock in town but one.", 1987},
    {"Zero Point Nine", "Science fiction", "A probe reports home, always a second late.", 2014},
    {"North of the Equator", "Documentary", "A year along the line of noon.", 2003},
}};
constexpr std::array<Bulletin, 3> kScienceBulletins{{
    {"The Half Hour", "News", "News from nowhere in particular."},
    {"Weather for Nobody", "Weather", "Mostly dry where it does not rain."},
    {"Pips", "Talk", "Letters from viewers who set their watches by this channel."},
}};

constexpr std::array<Series, 4> kCinemaSeries{{
    {"Bounce", "Sports", "Five balls, one floor, no referee.",
        {"Round One", "The Long Arc", "Rubber & Steel", "Extra Time"}},
    {"Gradient Street", "Drama", "Neighbours who agree on nothing but the colour of the sky.",
        {"Number Twelve", "The Letter", "New Paint", "Moving Out"}},
    {"Parabola Kitchen", "Cooking", "Dishes that have to be thrown before they are served.",
        {"Pancakes", "Pizza Dough", "Salad at a Distance", "Popcorn"}},
    {"Inspector Vector", "Crime", "He knows the direction; the rest is a question of magnitude.",
        {"Null", "Cross Product", "The Missing Unit", "Orthogonal"}},
}};
constexpr std::array<Film, 4> kCinemaFilms{{
    {"The Last Projectionist", "Drama", "One reel is left, and nobody remembers how it ends.",
        1994},
    {"Falling Upwards", "Comedy", "An acrobat retires to a town without stairs.", 2009},
    {"Night Train to Anywhere", "Thriller", "Seven passengers, six tickets.", 1978},
    {"A Ball in the Garden", "Children", "It came over the wall, and it wants to go back.", 2018},
}};
constexpr std::array<Bulletin, 2> kCinemaBulletins{{
    {"Trailer Park", "Entertainment", "Films that were never made, in two minutes each."},
    {"Kids' Half Hour", "Children", "Shapes, colours and a song about triangles."},
}};

constexpr std::array<Series, 4> kMusicSeries{{
    {"Eight Bars", "Music", "A short tune, taken apart and put together again.",
        {"The First Chord", "Relative Minor", "Dominant", "Home"}},
    {"Long Wave", "Music", "Slow music for slow hours.",
        {"Drift", "Undertow", "Ebb", "Slack Water"}},
    {"Plucked", "Music", "Strings without a bow.",
        {"Harp & Lute", "Kora", "Pizzicato", "Twelve Strings"}},
    {"The Listening Room", "Talk", "Two chairs, one microphone and a guest.",
        {"A Piano Tuner", "A Bird Watcher", "A Night Porter", "A Deep Sea Diver"}},
}};
constexpr std::array<Film, 2> kMusicFilms{{
    {"The Silent Orchestra", "Drama", "A radio play about a concert nobody hears.", 1999},
    {"Murder in Stereo", "Crime", "A radio play. Listen to both sides.", 2011},
}};
constexpr std::array<Bulletin, 2> kMusicBulletins{{
    {"News on the Hour", "News", "News from nowhere in particular, read slowly."},
    {"Morning Scales", "Music", "Up and down, in every key."},
}};

Repertoire repertoire(Flavour flavour) {
    switch (flavour) {
    case Flavour::science:
        return {.series = kScienceSeries, .films = kScienceFilms, .bulletins = kScienceBulletins};
    case Flavour::cinema:
        return {.series = kCinemaSeries, .films = kCinemaFilms, .bulletins = kCinemaBulletins};
    case Flavour::music:
        break;
    }
    return {.series = kMusicSeries, .films = kMusicFilms, .bulletins = kMusicBulletins};
}

// Time since the epoch is cut into blocks of six hours, each filled by one of three patterns.
constexpr std::chrono::minutes kBlock{360};
constexpr std::size_t kSlots = 7;
using Pattern = std::array<int, kSlots>; // minutes
constexpr std::array<Pattern, 3> kPatterns{{
    {60, 30, 90, 45, 45, 30, 60},
    {30, 60, 45, 45, 60, 90, 30},
    {45, 45, 30, 60, 30, 90, 60},
}};
constexpr int kFilmMinutes = 90;
constexpr int kBulletinMinutes = 30;

constexpr bool fill_their_blocks() {
    for (const Pattern& pattern : kPatterns) {
        int sum = 0;
        for (const int minutes : pattern) {
            sum += minutes;
        }
        if (sum != kBlock.count()) {
            return false;
        }
    }
    return true;
}

static_assert(fill_their_blocks());

constexpr std::int64_t kEpisodesPerSeason = 24;
constexpr std::int64_t kSeasons = 9; // then it starts again

template <class T>
const T& pick(std::span<const T> from, std::int64_t serial) {
    return from[static_cast<std::size_t>(serial) % from.size()];
}

/// `serial` counts the slots since the epoch; neighbours never get the same entry.
void cast(Programme& programme, const Repertoire& repertoire, std::int64_t serial, int minutes) {
    if (minutes == kFilmMinutes) {
        const Film& film = pick(repertoire.films, serial / static_cast<std::int64_t>(kSlots));
        programme.kind = ProgrammeKind::film;
        programme.title = film.title;
        programme.description = film.description;
        programme.category = film.category;
        programme.year = film.year;
        return;
    }
    if (minutes == kBulletinMinutes) {
        const Bulletin& bulletin = pick(repertoire.bulletins, serial);
        programme.kind = ProgrammeKind::bulletin;
        programme.title = bulletin.title;
        programme.description = bulletin.description;
        programme.category = bulletin.category;
        return;
    }
    const Series& series = pick(repertoire.series, serial);
    const std::int64_t number = serial / static_cast<std::int64_t>(repertoire.series.size());
    programme.kind = ProgrammeKind::series;
    programme.title = series.title;
    programme.description = series.description;
    programme.category = series.category;
    programme.subtitle = series.episodes[static_cast<std::size_t>(number) % series.episodes.size()];
    programme.episode = static_cast<int>(number % kEpisodesPerSeason) + 1;
    programme.season = static_cast<int>(number / kEpisodesPerSeason % kSeasons) + 1;
}

} // namespace

std::vector<Programme> schedule(Flavour flavour, WallTime from, WallTime to) {
    const Repertoire plays = repertoire(flavour);
    std::vector<Programme> programmes;
    std::int64_t block = std::chrono::floor<std::chrono::minutes>(from).time_since_epoch() / kBlock;
    for (WallTime time{block * kBlock}; time < to; ++block) {
        const auto pattern = static_cast<std::size_t>(block + static_cast<int>(flavour));
        std::int64_t serial = block * static_cast<std::int64_t>(kSlots);
        for (const int minutes : kPatterns.at(pattern % kPatterns.size())) {
            Programme programme;
            programme.start = time;
            programme.stop = time + std::chrono::minutes(minutes);
            cast(programme, plays, serial++, minutes);
            if (programme.stop > from && programme.start < to) {
                programmes.push_back(programme);
            }
            time = programme.stop;
        }
    }
    return programmes;
}

} // namespace plex_tuner::demo
