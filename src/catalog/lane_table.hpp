// SPDX-License-Identifier: GPL-3.0-or-later
// The rules by which films and series are put into lanes: the first row that fits decides.
//
// Words are separated by ", " and written in capitals, and stand for whole words of the text in any
// case; "ARAB*" stands for words that begin so.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace plex_tuner::catalog {

enum class LaneKinds : std::uint8_t { all, films, series };

struct LaneRow {
    std::string_view lane;
    LaneKinds kinds;
    std::string_view category; ///< empty: any
    std::string_view regions;  ///< separated by ", "; empty: any
    bool broadcast = false;    ///< only what kBroadcast lets pass
};

// clang-format off
inline constexpr auto kLanes = std::to_array<LaneRow>({
    {"sports",       LaneKinds::all,    "sports", ""},
    {"news",         LaneKinds::all,    "news",   ""},
    {"kids",         LaneKinds::all,    "kids",   ""},
    {"music",        LaneKinds::all,    "music",  ""},
    {"euroUKMovies", LaneKinds::films,  "",       "uk, europe"},
    {"menaMovies",   LaneKinds::films,  "",       "mena"},
    {"movies",       LaneKinds::films,  "",       ""},
    {"euroUKTV",     LaneKinds::series, "",       "uk, europe"},
    {"menaTV",       LaneKinds::series, "",       "mena"},
    {"bcastUS",      LaneKinds::series, "",       "us, ca", true},
    {"tv",           LaneKinds::series, "",       ""},
});

/// North American broadcast series: in English, none of `not_category`, a tag of `tags` or none,
/// and one of: a category of `category`; a genre's category and a country in the title; a country
/// in the title and an English tag.
struct BroadcastRules {
    std::string_view language = "en";
    std::string_view not_category = "PERSIAN*, ARAB*, HINDI*, TURK*, DUB*, SUB*, FRENCH, GERMAN*, ITALIAN*, SPANISH";
    std::string_view tags = "EN, US, CA, 4K NF, 4K A, 4K D, AMZN, HBO, HULU, NF, A, D";
    std::string_view category = "CANADIAN, CANADA, US SERIES, USA, AMERICAN, ENGLISH SERIES, ENGLISH TV";
    std::string_view genre = "SERIES, TV SHOW*, DRAMA*, COMEDY*, COMEDIES, SITCOM*, REALITY, SOAP*, CRIME*, THRILLER*";
    std::string_view countries = "US, CA"; ///< in the title: alone in parentheses
    std::string_view english_tags = "EN, US, CA";
};

// clang-format on
inline constexpr BroadcastRules kBroadcast;

/// The order of the libraries.
inline constexpr auto kLaneOrder =
    std::to_array<std::string_view>({"bcastUS", "sports", "news", "kids", "music", "euroUKMovies",
        "euroUKTV", "menaMovies", "menaTV", "euroUK", "mena", "movies", "tv", "intl"});

} // namespace plex_tuner::catalog
