// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_integer.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(ParseInteger, TakesWholeNumbersInRange) {
    EXPECT_EQ(parse_integer("5", 1, 10), 5);
    EXPECT_EQ(parse_integer("1", 1, 10), 1);
    EXPECT_EQ(parse_integer("10", 1, 10), 10);
    EXPECT_EQ(parse_integer("-3", -5, 5), -3);
    EXPECT_EQ(parse_integer("+3", -5, 5), 3);
    EXPECT_EQ(parse_integer(" 007 ", 0, 10), 7);
}

TEST(ParseInteger, RefusesTheRest) {
    for (const std::string_view text : {"", "0", "11", "1.5", "1e3", "0x5", "five", "5 5", "5s",
             "--5", "+-5", "-+5", "+", "-", "99999999999999999999"}) {
        EXPECT_EQ(parse_integer(text, 1, 10), std::nullopt) << text;
    }
}

} // namespace
} // namespace plex_tuner::config
