// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel_values.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

std::string tidied(std::string text) {
    tidy(text);
    return text;
}

std::string extension(std::string text) {
    tidy_extension(text);
    return text;
}

TEST(PanelValues, TextsBecomeOneLineOfValidUtf8) {
    EXPECT_EQ(tidied("  EN - News  "), "EN - News");
    EXPECT_EQ(tidied("Two\nlines\t"), "Two lines");
    EXPECT_EQ(tidied("K\xC3\xB6ln"), "K\xC3\xB6ln");
    EXPECT_EQ(tidied("K\xF6ln"), "K\xC3\xB6ln");
    EXPECT_EQ(tidied(""), "");
}

TEST(PanelValues, AYearIsTakenFromDatesInAnyOrder) {
    EXPECT_EQ(year_of_date("2019"), 2019);
    EXPECT_EQ(year_of_date("2019-05-01"), 2019);
    EXPECT_EQ(year_of_date("01.05.2019"), 2019);
    EXPECT_EQ(year_of_date(""), 0);
    EXPECT_EQ(year_of_date("0000-00-00"), 0);
    EXPECT_EQ(year_of_date("1535000000"), 0) << "a Unix time is no year";
    EXPECT_EQ(year_of_date("1535"), 0);
}

TEST(PanelValues, AYearInANameStandsInBrackets) {
    EXPECT_EQ(year_in_name("Metropolis (1927)"), 1927);
    EXPECT_EQ(year_in_name("2012 (2009) (HD)"), 2009);
    EXPECT_EQ(year_in_name("Blade Runner 2049"), 0);
    EXPECT_EQ(year_in_name("(1234)"), 0);
    EXPECT_EQ(year_in_name(")"), 0);
}

TEST(PanelValues, EpisodeCodesAreWordsOfTheirOwn) {
    const auto code = episode_code("Show - s02E11 - Title");
    ASSERT_TRUE(code);
    EXPECT_EQ(code->season, 2);
    EXPECT_EQ(code->episode, 11);
    EXPECT_TRUE(episode_code("S1E1"));
    EXPECT_FALSE(episode_code("Bears01E02"));
    EXPECT_FALSE(episode_code("S01E02b"));
    EXPECT_FALSE(episode_code("S01E"));
    EXPECT_FALSE(episode_code(""));
}

TEST(PanelValues, CountsAreWholeAndNotNegative) {
    EXPECT_EQ(count_of("7", 10), 7);
    EXPECT_EQ(count_of(" 3.0 ", 10), 3);
    EXPECT_EQ(count_of("11", 10), std::nullopt);
    EXPECT_EQ(count_of("-1", 10), std::nullopt);
    EXPECT_EQ(count_of("2.5", 10), std::nullopt);
    EXPECT_EQ(count_of("", 10), std::nullopt);
}

TEST(PanelValues, AnExtensionIsShortAndOfLettersAndDigits) {
    EXPECT_EQ(extension("MKV"), "mkv");
    EXPECT_EQ(extension(".mp4"), "mp4");
    EXPECT_EQ(extension("../x"), "");
    EXPECT_EQ(extension("averylongone"), "");
}

TEST(PanelValues, IdsAreBounded) {
    std::string id(kMaxIdBytes, '7');
    EXPECT_TRUE(tidy_id(id));
    id += '7';
    EXPECT_FALSE(tidy_id(id));
    id = "  ";
    EXPECT_FALSE(tidy_id(id));
}

} // namespace
} // namespace plex_tuner::provider
