// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/catalog/vod_order.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

Movie film(Text id, Text title, std::int32_t year = 0) {
    Movie movie;
    movie.id = id;
    movie.title = title;
    movie.year = year;
    return movie;
}

std::vector<std::string> ids_in_order(std::vector<Movie> movies) {
    sort_vod(movies);
    std::vector<std::string> ids;
    ids.reserve(movies.size());
    for (const Movie& movie : movies) {
        ids.emplace_back(movie.id);
    }
    return ids;
}

TEST(VodOrder, CategoryRegionLanguageTagTitleYearId) {
    std::vector<Movie> wanted;
    const auto add = [&](Text category, Text region, Text language, Text tag, Text title,
                         std::int32_t year, Text id) {
        Movie movie = film(id, title, year);
        movie.category = category;
        movie.region = region;
        movie.language = language;
        movie.source_tag = tag;
        wanted.push_back(movie);
    };
    add("kids", "us", "ru", "Z", "Z", 2020, "01");
    add("movies", "europe", "ru", "Z", "Z", 2020, "02");
    add("movies", "uk", "ar", "Z", "Z", 2020, "03");
    add("movies", "uk", "en", "", "Z", 2020, "04");
    add("movies", "uk", "en", "4K", "Z", 2020, "05");
    add("movies", "uk", "en", "EN", "A", 2020, "06");
    add("movies", "uk", "en", "EN", "B", 1999, "10");
    add("movies", "uk", "en", "EN", "B", 2000, "08");
    add("movies", "uk", "en", "EN", "B", 2000, "09");
    const std::vector<std::string> expected = {
        "01", "02", "03", "04", "05", "06", "10", "08", "09"};
    std::mt19937 random(1);
    for (int i = 0; i < 20; ++i) {
        std::vector<Movie> shuffled = wanted;
        std::ranges::shuffle(shuffled, random);
        EXPECT_THAT(ids_in_order(shuffled), ElementsAreArray(expected));
    }
}

TEST(VodOrder, OnlyLettersAndDigitsOfATitleCount) {
    EXPECT_THAT(ids_in_order({film("1", "b"), film("2", "--A!!"), film("3", " a "), film("4", "A"),
                    film("5", "a.b"), film("6", "A - B"), film("7", "AB")}),
        ElementsAre("2", "3", "4", "5", "6", "7", "1"));
}

TEST(VodOrder, AShorterFieldComesFirst) {
    EXPECT_THAT(ids_in_order({film("1", "the lost city of z"), film("2", "the lost city"),
                    film("3", "the lost cities"), film("4", "")}),
        ElementsAre("4", "3", "2", "1"));
    Movie a = film("1", "z");
    a.category = "a b";
    Movie b = film("2", "z");
    b.category = "a";
    b.region = "z";
    EXPECT_THAT(ids_in_order({a, b}), ElementsAre("2", "1"));
}

TEST(VodOrder, IdsAreComparedAsTexts) {
    EXPECT_THAT(ids_in_order({film("9", "a"), film("10", "a"), film("1", "a")}),
        ElementsAre("1", "10", "9"));
}

TEST(VodOrder, EqualRecordsKeepTheirOrder) {
    std::vector<Movie> movies;
    const std::string names = "abcdefghijklmnopqrstuvwxyz";
    for (const char& name : names) {
        movies.push_back(film("1", "same"));
        movies.back().artwork_url = {&name, 1};
    }
    sort_vod(movies);
    std::string order;
    for (const Movie& movie : movies) {
        order += movie.artwork_url;
    }
    EXPECT_EQ(order, names);
}

TEST(VodOrder, SortsWhatABuilderHas) {
    CatalogBuilder builder;
    builder.add(film("2", "b"));
    builder.add(film("1", "a"));
    for (const Text title : {"d", "c"}) {
        Series series;
        series.id = title;
        series.title = title;
        builder.add(series);
    }
    builder.sort_vod();
    const Catalog catalog = builder.build();
    EXPECT_EQ(catalog.movies()[0].id, "1");
    EXPECT_EQ(catalog.movies()[1].id, "2");
    EXPECT_EQ(catalog.series()[0].id, "c");
    EXPECT_EQ(catalog.series()[1].id, "d");
}

TEST(VodOrder, NothingToSortIsFine) {
    EXPECT_THAT(ids_in_order({}), ElementsAre());
}

} // namespace
} // namespace plex_tuner::catalog
