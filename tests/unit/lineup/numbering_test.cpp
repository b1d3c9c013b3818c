// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbering.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

TEST(Numbering, KeepsWhatASourceAsksFor) {
    Numbering numbering(0);
    EXPECT_EQ(numbering.claim("702"), "702");
    EXPECT_EQ(numbering.claim(" 5.1 "), "5.1");
    EXPECT_EQ(numbering.claim("5.10"), "5.10");
    EXPECT_EQ(numbering.claim("007"), "7");
}

TEST(Numbering, RefusesWhatIsNoNumber) {
    Numbering numbering(0);
    for (const char* text : {"", "0", "-1", "abc", "5.", ".5", "5.1.2", "5_1", "99999999", "0.1"}) {
        EXPECT_EQ(numbering.claim(text), "") << text;
    }
}

TEST(Numbering, GivesANumberOnlyOnce) {
    Numbering numbering(0);
    EXPECT_EQ(numbering.claim("2"), "2");
    EXPECT_EQ(numbering.claim("2"), "");
    EXPECT_EQ(numbering.next_free(), "1");
    EXPECT_EQ(numbering.next_free(), "3");
}

TEST(Numbering, OffsetMovesIntegersOnly) {
    Numbering numbering(1000);
    EXPECT_EQ(numbering.claim("5"), "1005");
    EXPECT_EQ(numbering.claim("5.1"), "5.1");
    EXPECT_EQ(numbering.next_free(), "1001");
}

TEST(Numbering, NegativeOffsetNeverGivesANumberBelowOne) {
    Numbering numbering(-10);
    EXPECT_EQ(numbering.claim("5"), "");
    EXPECT_EQ(numbering.next_free(), "1");
}

} // namespace
} // namespace plex_tuner::lineup
