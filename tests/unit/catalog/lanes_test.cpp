// SPDX-License-Identifier: GPL-3.0-or-later
#include "lane_table.hpp"

#include <plex_tuner/catalog/lanes.hpp>

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

struct Case {
    std::string_view lane;
    std::string_view title;
    std::string_view provider_category;
};

std::string_view film_lane(std::string_view title, std::string_view provider_category) {
    Movie movie;
    movie.title = title;
    movie.provider_category_name = provider_category;
    return lane_of(movie);
}

std::string_view series_lane(std::string_view title, std::string_view provider_category) {
    Series series;
    series.title = title;
    series.provider_category_name = provider_category;
    return lane_of(series);
}

// One for each row of the table, and one that is nearly it.
TEST(Lanes, OfFilms) {
    for (const Case& one : {
             Case{"sports", "UFC - Night of Fights", "VOD"},
             Case{"news", "CNN Special", "VOD"},
             Case{"movies", "EN - News of the World", "VOD"},
             Case{"kids", "Frozen", "KIDS MOVIES"},
             Case{"music", "Queen Live", "CONCERTS | MUSIC"},
             Case{"euroUKMovies", "UK - Zulu", "MOVIES"},
             Case{"euroUKMovies", "DE - Das Boot", "FILME"},
             Case{"movies", "Ukraine on Fire", "DOCUMENTARIES"},
             Case{"menaMovies", "AR - Film", "MOVIES"},
             Case{"movies", "Zulu (1964)", "ENGLISH MOVIES"},
             Case{"movies", "US - Zulu", "ENGLISH MOVIES"},
         }) {
        EXPECT_EQ(film_lane(one.title, one.provider_category), one.lane) << one.title;
    }
}

TEST(Lanes, OfSeries) {
    for (const Case& one : {
             Case{"kids", "Bluey", "KIDS SERIES"},
             Case{"euroUKTV", "UK - Luther", "SERIES"},
             Case{"menaTV", "AR - Show", "SERIES"},
             Case{"tv", "Show", "SERIES"},
             // The broadcast gate: by category, by genre and country, by country and tag.
             Case{"bcastUS", "EN - The Office", "US SERIES"},
             Case{"bcastUS", "The Office (US)", "COMEDY SERIES"},
             Case{"bcastUS", "EN - The Office (US)", "VARIOUS"},
             Case{"bcastUS", "US - Show", "ENGLISH SERIES USA"},
             Case{"tv", "The Office (US)", "VARIOUS"},
             Case{"tv", "XX - The Office (US)", "COMEDY SERIES"},
             Case{"tv", "The Office (US)", "COMEDY SERIES DUBBED"},
             Case{"tv", "The Office (US)", "USA | HINDI"},
             Case{"tv", "EN - The Office", "VARIOUS"},
         }) {
        EXPECT_EQ(series_lane(one.title, one.provider_category), one.lane)
            << one.title << " / " << one.provider_category;
    }
}

TEST(Lanes, WhatTheCatalogSaysCountsBeforeTheTitle) {
    Movie movie;
    movie.title = "UK - Zulu";
    movie.category = "sports";
    EXPECT_EQ(lane_of(movie), "sports");
    movie.category = "movies";
    movie.region = "mena";
    EXPECT_EQ(lane_of(movie), "menaMovies");
}

TEST(Lanes, TheOrderHasEachOnce) {
    const auto order = lane_order();
    EXPECT_EQ(order.front(), "bcastUS");
    EXPECT_EQ(order.size(), 14U);
    EXPECT_EQ(std::set(order.begin(), order.end()).size(), order.size());
    for (const LaneRow& row : kLanes) {
        EXPECT_NE(std::ranges::find(order, row.lane), order.end()) << row.lane;
    }
}

} // namespace
} // namespace plex_tuner::catalog
