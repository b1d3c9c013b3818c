// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_fixture.hpp"
#include "guide_invariants.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide::testing {
namespace {

using std::chrono::minutes;

TEST(GuideShift, IsReadInHours) {
    EXPECT_EQ(parse_guide_shift("1"), minutes(60));
    EXPECT_EQ(parse_guide_shift(" +1 "), minutes(60));
    EXPECT_EQ(parse_guide_shift("-2"), minutes(-120));
    EXPECT_EQ(parse_guide_shift("1.5"), minutes(90));
    EXPECT_EQ(parse_guide_shift("-0,25"), minutes(-15));
    EXPECT_EQ(parse_guide_shift("5.75"), minutes(345));
    EXPECT_EQ(parse_guide_shift("1.0000"), minutes(60));
    EXPECT_EQ(parse_guide_shift("24"), minutes(1440));
}

TEST(GuideShift, WhatIsNoShiftShiftsNothing) {
    for (const std::string_view text : {"", "0", "+", "-", ".", "one", "1h", "1:30", "1.5.5", "--1",
             "25", "-24.1", "99999999999999999999", "1e1"}) {
        EXPECT_EQ(parse_guide_shift(text), minutes(0)) << text;
    }
}

TEST(GuideShift, EveryChannelGetsTheProgrammeAtItsOwnTime) {
    const std::vector<GuideChannel> channels{{"1", "ITV1", "itv1.uk", ""},
        {"2", "ITV1 +1", "itv1.uk", "", minutes(60)},
        {"3", "ITV1 early", "itv1.uk", "", minutes(-90)}};
    const Built built = build_in_memory(
        "<tv><programme start=\"20261123120000\" stop=\"20261123123000\" channel=\"itv1.uk\">"
        "<title>News</title></programme><programme start=\"20261123123000\" channel=\"itv1.uk\">"
        "<title>Film</title></programme><programme start=\"20261123143000\" "
        "channel=\"itv1.uk\"><title>Late</title></programme></tv>",
        1000, channels);
    const auto has = [&](std::string_view start, std::string_view stop, std::string_view number,
                         std::string_view title) {
        return built.xml.contains("start=\"20261123" + std::string(start) +
                                  "00 +0000\" stop=\"20261123" + std::string(stop) +
                                  "00 +0000\" channel=\"" + std::string(number) +
                                  ".plextuner\"><title>" + std::string(title) + "<");
    };
    EXPECT_TRUE(has("1200", "1230", "1", "News"));
    EXPECT_TRUE(has("1230", "1430", "1", "Film"));
    EXPECT_TRUE(has("1300", "1330", "2", "News"));
    EXPECT_TRUE(has("1330", "1530", "2", "Film"));
    EXPECT_TRUE(has("1030", "1100", "3", "News"));
    EXPECT_TRUE(has("1100", "1300", "3", "Film"));
    EXPECT_EQ(guide_fault(built.xml), "");
}

TEST(GuideShift, DecidesWhatIsLongOver) {
    const std::vector<GuideChannel> channels{
        {"1", "Now", "a", ""}, {"2", "Later", "a", "", minutes(600)}};
    const Built built = build_in_memory(
        "<tv><programme start=\"20261122190000\" stop=\"20261122200000\" channel=\"a\">"
        "<title>Old</title></programme></tv>",
        1000, channels);
    EXPECT_EQ(built.report.written_programmes, 1U);
    EXPECT_TRUE(built.xml.contains("start=\"20261123050000 +0000\""));
}

TEST(GuideShift, NothingStartsBefore1970) {
    const std::vector<GuideChannel> channels{{"1", "Early", "a", "", minutes(-600)}};
    const Built built = build_in_memory(
        "<tv><programme start=\"19700101010000\" stop=\"20300101000000\" channel=\"a\"/></tv>",
        1000, channels);
    EXPECT_EQ(built.report.written_programmes, 0U);
    EXPECT_EQ(guide_fault(built.xml), "");
}

} // namespace
} // namespace plex_tuner::guide::testing
