// SPDX-License-Identifier: GPL-3.0-or-later
#include "date_time.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

using namespace std::chrono_literals;

const std::chrono::sys_time<std::chrono::milliseconds> kNoon =
    std::chrono::sys_days(std::chrono::year(2026) / 2 / 28) + 12h;

TEST(DateTime, FormsOfTheZone) {
    EXPECT_EQ(parse_date_time("2026-02-28T12:00:00Z"), kNoon);
    EXPECT_EQ(parse_date_time("2026-02-28T13:00:00+01:00"), kNoon);
    EXPECT_EQ(parse_date_time("2026-02-28T06:30:00-0530"), kNoon);
    EXPECT_EQ(parse_date_time("2026-02-28T14:00:00+02"), kNoon);
    EXPECT_EQ(parse_date_time("2026-02-28T12:00:00"), kNoon);
}

TEST(DateTime, Fractions) {
    EXPECT_EQ(parse_date_time("2026-02-28T12:00:00.25Z"), kNoon + 250ms);
    EXPECT_EQ(parse_date_time("2026-02-28T12:00:00.123456Z"), kNoon + 123ms);
    EXPECT_EQ(parse_date_time("2026-02-28T12:00:00.007+00:00"), kNoon + 7ms);
}

TEST(DateTime, RefusesWhatIsNoTime) {
    for (const char* text : {"", "2026", "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z",
             "2026-02-28", "2026-02-28T12", "2026-02-28T99:00:00Z", "2026-02-28T12:00:00X",
             "2026-02-28T12:00:00+1:00", "2026-02-28T12:00:00Zjunk", "20260228T120000Z"}) {
        EXPECT_FALSE(parse_date_time(text)) << text;
    }
}

} // namespace
} // namespace plex_tuner::hls
