// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/config/nearest.hpp>

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(EditDistance, CountsEdits) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("ADDR", "ADDR"), 0U);
    EXPECT_EQ(edit_distance("ADR", "ADDR"), 1U);
    EXPECT_EQ(edit_distance("ADDRS", "ADDR"), 1U);
    EXPECT_EQ(edit_distance("AXDR", "ADDR"), 1U);
    EXPECT_EQ(edit_distance("DADR", "ADDR"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(Nearest, FindsTypingErrorsOnly) {
    constexpr std::array<std::string_view, 3> kNames = {"TUNER_COUNT", "ADDR", "M3U_URL"};
    EXPECT_EQ(nearest("TUNERCOUNT", kNames), "TUNER_COUNT");
    EXPECT_EQ(nearest("TUNER_CUONT", kNames), "TUNER_COUNT");
    EXPECT_EQ(nearest("ADR", kNames), "ADDR");
    EXPECT_EQ(nearest("M3U", kNames), std::nullopt);
    EXPECT_EQ(nearest("SOMETHING_ELSE", kNames), std::nullopt);
    EXPECT_EQ(nearest("", kNames), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'A'), kNames), std::nullopt);
}

TEST(Nearest, TheFirstOfEquallyNearWins) {
    constexpr std::array<std::string_view, 2> kNames = {"abcx", "abcy"};
    EXPECT_EQ(nearest("abcz", kNames), "abcx");
}

} // namespace
} // namespace plex_tuner::config
