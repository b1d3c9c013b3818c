// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/catalog/taxonomy.hpp>

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

Taxonomy movie(std::string_view title, std::string_view provider_category = {}) {
    return classify({title, provider_category, TitleKind::movie});
}

Taxonomy series(std::string_view title, std::string_view provider_category = {}) {
    return classify({title, provider_category, TitleKind::series});
}

TEST(Taxonomy, WhatNothingIsKnownAboutIsAFilmOrASeriesFromSomewhere) {
    const Taxonomy film = movie("Amelie (2001)");
    EXPECT_EQ(film.category, "movies");
    EXPECT_EQ(film.region, "intl");
    EXPECT_EQ(film.language, "en");
    EXPECT_EQ(film.source_tag, "");
    EXPECT_EQ(film.title, "Amelie (2001)");
    EXPECT_EQ(series("Amelie").category, "tv");
    EXPECT_EQ(movie("").category, "movies");
}

TEST(Taxonomy, TheTagStandsBeforeTheFirstDash) {
    for (const std::string_view tag :
        {"EN", "4K-NF", "A+B", "D_X", "R&B", "ABCDEFGHIJKLMNOPQRSTUVWX"}) {
        const std::string title = std::string(tag) + " - Film - Part 2";
        const Taxonomy found = movie(title);
        EXPECT_EQ(found.source_tag, tag);
        EXPECT_EQ(found.title, "Film - Part 2");
    }
}

TEST(Taxonomy, OtherStartsOfTitlesAreNoTags) {
    for (const std::string_view title :
        {"D+ - Film", "4K - Film", "En - Film", "EN FR - Film", "EN: - Film", "EN-Film", "EN -Film",
            "ABCDEFGHIJKLMNOPQRSTUVWXY - Film", " - Film", "EN - ", "\xC3\x84\xC3\x96 - Film"}) {
        const Taxonomy found = movie(title);
        EXPECT_EQ(found.source_tag, "") << title;
        EXPECT_TRUE(title.ends_with(found.title) || title.starts_with(found.title)) << title;
    }
}

TEST(Taxonomy, TheScriptTellsTheLanguage) {
    EXPECT_EQ(movie("EN - \xD9\x81\xD9\x8A\xD9\x84\xD9\x85").language, "ar");
    EXPECT_EQ(movie("\xD0\x91\xD1\x80\xD0\xB0\xD1\x82 (1997)").language, "ru");
    EXPECT_EQ(movie("\xD0\x91 \xD9\x81").language, "ar");
    EXPECT_EQ(movie("\xD8\x80").language, "ar"); // U+0600
    EXPECT_EQ(movie("\xDB\xBF").language, "ar"); // U+06FF
    EXPECT_EQ(movie("\xDC\x80").language, "en"); // U+0700
    EXPECT_EQ(movie("\xD3\xBF").language, "ru"); // U+04FF
    EXPECT_EQ(movie("\xD4\x80").language, "en"); // U+0500
    EXPECT_EQ(movie("Am\xC3\xA9lie \xE6\x97\xA5").language, "en");
}

TEST(Taxonomy, AWordOfATitleDoesNotMakeItNews) {
    EXPECT_EQ(movie("EN - News of the World").category, "movies");
    EXPECT_EQ(movie("EN - News of the World").region, "intl");
}

TEST(Taxonomy, ACountryInParenthesesIsTheRegion) {
    EXPECT_EQ(series("House of Cards (US)").region, "us");
    EXPECT_EQ(series("HOUSE OF CARDS (US)").region, "us");
    EXPECT_EQ(series("Ghosts [GB] (2019)").region, "uk");
    EXPECT_EQ(series("Borgen (DK)").region, "europe");
    EXPECT_EQ(movie("Love It (Or Not)").region, "intl");
    EXPECT_EQ(movie("Dial M (It)").region, "intl");
    EXPECT_EQ(movie("Dial M (IT Crowd)").region, "intl");
}

TEST(Taxonomy, UkraineIsNotTheUk) {
    EXPECT_EQ(movie("Ukraine on Fire").region, "intl");
    EXPECT_EQ(movie("UKR - Film", "UKRAINE FILMS").region, "intl");
    EXPECT_EQ(movie("Film", "UK FILMS").region, "uk");
    EXPECT_EQ(movie("UK-SKY - Film").region, "uk");
    EXPECT_EQ(movie("4K-UK - Film").region, "uk");
}

TEST(Taxonomy, WordsThatLookLikeCodesAreNoRegion) {
    for (const std::string_view title : {"EN - Us (2019)", "The Last of Us", "THE LAST OF US",
             "Used Cars", "Foxcatcher", "Fantastic Mr. Fox", "Abcde", "Gbenga", "The Blue Sky",
             "Captain Rogers", "Global Warming", "Busan", "Britney vs. Spears", "Bitva"}) {
        EXPECT_EQ(movie(title).region, "intl") << title;
    }
}

TEST(Taxonomy, CodesInCapitalsAreARegion) {
    EXPECT_EQ(series("The Office US").region, "us");
    EXPECT_EQ(series("The Office UK (2001)").region, "uk");
    EXPECT_EQ(series("Big Brother USA").region, "us");
    EXPECT_EQ(series("FOX: Empire").region, "us");
    EXPECT_EQ(series("BBC1 Tonight").region, "uk");
    EXPECT_EQ(series("The Great British Bake Off").region, "uk");
}

TEST(Taxonomy, TagsOfTwoLettersAreNotTheStartOfOthers) {
    for (const std::string_view title : {"ARTE - Film", "NOW - Film", "ITS - Film", "IRL - Film",
             "CAM - Film", "CANAL+ - Film", "DEN - Film", "FRA1 - Film", "ESPA - Film",
             "USB - Film", "OSNX - Film", "SEE - Film", "FIX - Film"}) {
        EXPECT_EQ(movie(title).region, "intl") << title;
    }
    EXPECT_EQ(movie("AR-SUBS - Film").region, "mena");
    EXPECT_EQ(movie("NO - Film").region, "europe");
    EXPECT_EQ(movie("IT_4K - Film").region, "europe");
    EXPECT_EQ(movie("IR - Film").region, "mena");
    EXPECT_EQ(movie("CA - Film").region, "ca");
    EXPECT_EQ(movie("EN-US - Film").region, "us");
}

TEST(Taxonomy, LaterStepsOverrideEarlierOnes) {
    // Tag, then provider category, then title.
    EXPECT_EQ(movie("DE - Film").region, "europe");
    EXPECT_EQ(movie("DE - Film", "CANADA").region, "ca");
    EXPECT_EQ(movie("DE - Film (GB)", "CANADA").region, "uk");
    EXPECT_EQ(movie("KIDS - Film").category, "kids");
    EXPECT_EQ(movie("KIDS - Film", "CONCERTS").category, "music");
    EXPECT_EQ(movie("KIDS - UFC 300", "CONCERTS").category, "sports");
    // In a step, the first row.
    EXPECT_EQ(movie("Film", "FOOTBALL MOVIES").category, "sports");
    EXPECT_EQ(movie("Film", "EURO | UK").region, "uk");
}

TEST(Taxonomy, OnlySeriesBecomeTv) {
    EXPECT_EQ(series("KIDS - Show", "TV SHOWS").category, "tv");
    EXPECT_EQ(movie("KIDS - Film", "TV SHOWS").category, "kids");
    EXPECT_EQ(series("Show", "FILMS").category, "movies");
}

TEST(Taxonomy, WordsMayRunFromTheTagIntoTheTitle) {
    EXPECT_EQ(movie("SKY - News at Ten").category, "news");
}

TEST(Taxonomy, TypographyPartsWords) {
    EXPECT_EQ(series("The Office \xE2\x80\x93US\xE2\x80\x94").region, "us");
    EXPECT_EQ(series("The Office\xC2\xA0US").region, "us");
    EXPECT_EQ(series("The Office \xC3\x89US").region, "intl"); // a letter
}

TEST(Taxonomy, EndlessTextsAreCut) {
    const std::string long_title = "a " + std::string(100'000, 'x') + " (US)";
    EXPECT_EQ(movie(long_title).region, "intl");
    std::string many_words = "The Office US";
    for (int i = 0; i < 100'000; ++i) {
        many_words += " a";
    }
    EXPECT_EQ(movie(many_words).region, "us");
}

TEST(Taxonomy, RecordsGetTheirFields) {
    Movie film;
    film.title = "DE - Das Boot";
    film.provider_category_name = "KINO | FILME";
    film.category = film.region = film.language = film.source_tag = "old";
    apply_taxonomy(film);
    EXPECT_EQ(film.category, "movies");
    EXPECT_EQ(film.region, "europe");
    EXPECT_EQ(film.language, "en");
    EXPECT_EQ(film.source_tag, "DE");
    EXPECT_EQ(film.title, "DE - Das Boot");

    Series show;
    show.title = "Show";
    show.provider_category_name = "US KIDS";
    apply_taxonomy(show);
    EXPECT_EQ(show.category, "kids");
    EXPECT_EQ(show.region, "us");
    EXPECT_EQ(show.source_tag, "");
}

} // namespace
} // namespace plex_tuner::catalog
