// SPDX-License-Identifier: GPL-3.0-or-later
#include "xmltv_time.hpp"

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

std::string in_utc(std::string_view text) {
    const auto time = parse_xmltv_time(text);
    if (!time) {
        return "none";
    }
    const auto digits = format_time_digits(*time);
    return {digits.data(), digits.size()};
}

TEST(XmltvTime, OffsetIsTakenFromWallTime) {
    EXPECT_EQ(in_utc("20260102030405 +0000"), "20260102030405");
    EXPECT_EQ(in_utc("20260102030405 +0100"), "20260102020405");
    EXPECT_EQ(in_utc("20260101003000 +0530"), "20251231190000");
    EXPECT_EQ(in_utc("20251231230000 -0330"), "20260101023000");
    EXPECT_EQ(in_utc("20260102030405+01:00"), "20260102020405");
    EXPECT_EQ(in_utc("20260102030405 +1"), "20260102020405");
    EXPECT_EQ(in_utc("20260102030405 -03"), "20260102060405");
}

TEST(XmltvTime, MayBeShortenedFromTheRight) {
    EXPECT_EQ(in_utc("20260102"), "20260102000000");
    EXPECT_EQ(in_utc("2026010203"), "20260102030000");
    EXPECT_EQ(in_utc("202601020304 +0100"), "20260102020400");
    EXPECT_EQ(in_utc("202601"), "none");
    EXPECT_EQ(in_utc("202601020"), "none");
}

TEST(XmltvTime, KnowsZoneNames) {
    EXPECT_EQ(in_utc("20260702120000 BST"), "20260702110000");
    EXPECT_EQ(in_utc("20260702120000 EST"), "20260702170000");
    EXPECT_EQ(in_utc("20260702120000 cest"), "20260702100000");
    EXPECT_EQ(in_utc("20260702120000 NST"), "20260702153000");
    EXPECT_EQ(in_utc("20260702120000Z"), "20260702120000");
    EXPECT_EQ(in_utc("20260702120000 UTC+2"), "20260702100000");
    EXPECT_EQ(in_utc("20260702120000 XYZ"), "none");
}

TEST(XmltvTime, KnowsIsoPunctuation) {
    EXPECT_EQ(in_utc("2026-01-02T03:04:05+01:00"), "20260102020405");
    EXPECT_EQ(in_utc("2026-01-02 03:04:05"), "20260102030405");
    EXPECT_EQ(in_utc("2026-01-02T03:04:05.678Z"), "20260102030405");
    EXPECT_EQ(in_utc("20260102-0500"), "20260102050000");
}

TEST(XmltvTime, RefusesWhatIsNoTime) {
    for (const char* text : {"", " ", "today", "20260102030405 +", "20260102030405 +2500",
             "20260102030405 +0160", "20260230000000", "20261301000000", "20260102240001",
             "20260102036000", "19691231000000", "21010101000000", "19700101000000 +0100",
             "20260102030405 +0000 x", "2026010203040506", "2026:01:02"}) {
        EXPECT_EQ(in_utc(text), "none") << text;
    }
    EXPECT_EQ(in_utc("20260102240000"), "20260103000000");
}

TEST(XmltvTime, EveryDayOfAYearSurvivesWritingAndReading) {
    for (WallTime time{std::chrono::seconds(1767225599)};
        time < WallTime(std::chrono::seconds(1798761700)); time += std::chrono::seconds(86'399)) {
        const auto digits = format_time_digits(time);
        EXPECT_EQ(
            parse_xmltv_time(std::string(digits.data(), digits.size()) + std::string(kUtcOffset)),
            time);
    }
}

} // namespace
} // namespace plex_tuner::guide
