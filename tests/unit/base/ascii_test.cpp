// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>

#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::ascii {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ascii, TrimDropsSpaceAtBothEndsOnly) {
    EXPECT_EQ(trim(" \t a b \r\n"), "a b");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim(" \v\f\n"), "");
}

TEST(Ascii, CaseChangesOnlyAsciiLetters) {
    EXPECT_EQ(lower("AbZ-09 \xC3\x84"), "abz-09 \xC3\x84");
    EXPECT_EQ(upper("aBz-09 \xC3\xA4"), "ABZ-09 \xC3\xA4");
}

TEST(Ascii, ComparesWithoutCase) {
    EXPECT_TRUE(iequals("HTTP", "http"));
    EXPECT_FALSE(iequals("HTTP", "https"));
    EXPECT_TRUE(istarts_with("#EXTINF:-1", "#extinf:"));
    EXPECT_FALSE(istarts_with("#EXT", "#extinf:"));
    EXPECT_TRUE(iends_with("playlist.M3U8", ".m3u8"));
    EXPECT_FALSE(iends_with("8", ".m3u8"));
    EXPECT_TRUE(icontains("Content-Type: TEXT/HTML", "text/html"));
    EXPECT_TRUE(icontains("abc", ""));
    EXPECT_TRUE(icontains("", ""));
    EXPECT_FALSE(icontains("ab", "abc"));
}

TEST(Ascii, SplitListTrimsAndDropsEmptyParts) {
    EXPECT_THAT(split_list(" a, b ,,c, "), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split_list("one"), ElementsAre("one"));
    EXPECT_THAT(split_list("a;b", ';'), ElementsAre("a", "b"));
    EXPECT_THAT(split_list(" , ,"), IsEmpty());
    EXPECT_THAT(split_list(""), IsEmpty());
}

TEST(Ascii, ParseIntegerTakesTheWholeTextOnly) {
    EXPECT_EQ(parse_integer<int>("42"), 42);
    EXPECT_EQ(parse_integer<int>("-7"), -7);
    EXPECT_EQ(parse_integer<std::uint32_t>("ff", 16), 255U);
    EXPECT_EQ(parse_integer<int>(""), std::nullopt);
    EXPECT_EQ(parse_integer<int>("42 "), std::nullopt);
    EXPECT_EQ(parse_integer<int>("+42"), std::nullopt);
    EXPECT_EQ(parse_integer<int>("0x10"), std::nullopt);
    EXPECT_EQ(parse_integer<std::uint8_t>("256"), std::nullopt);
    EXPECT_EQ(parse_integer<std::uint8_t>("-1"), std::nullopt);
}

TEST(MatchesPattern, StarsAndQuestionMarks) {
    EXPECT_TRUE(matches_pattern("BBC One +1", "*+1"));
    EXPECT_TRUE(matches_pattern("bbc one", "BBC*"));
    EXPECT_TRUE(matches_pattern("HBO West HD", "*west*"));
    EXPECT_TRUE(matches_pattern("abab", "*ab"));
    EXPECT_TRUE(matches_pattern("TV 2", "TV ?"));
    EXPECT_TRUE(matches_pattern("", "*"));
    EXPECT_FALSE(matches_pattern("BBC One", "BBC"));
    EXPECT_FALSE(matches_pattern("TV 22", "TV ?"));
    EXPECT_FALSE(matches_pattern("abc", "*b"));
    EXPECT_FALSE(matches_pattern("x", ""));
}

} // namespace
} // namespace plex_tuner::ascii
