// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/epg/event_name.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::epg {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// 2026-11-28 12:00 UTC, a Saturday.
const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + hours(12);

WallTime at(int day, int hour, int minute = 0) {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / day) + hours(hour) +
           minutes(minute);
}

struct Row {
    const char* name;
    const char* title;
    WallTime start;
    WallTime stop;
};

class EventNames : public ::testing::TestWithParam<Row> {};

TEST_P(EventNames, AreRead) {
    const Row& row = GetParam();
    const auto event = parse_event_name(row.name, kNow, minutes(0));
    ASSERT_TRUE(event) << row.name;
    EXPECT_EQ(event->title, row.title);
    EXPECT_EQ(event->start, row.start) << row.name;
    EXPECT_EQ(event->stop, row.stop) << row.name;
}

INSTANTIATE_TEST_SUITE_P(All, EventNames,
    ::testing::Values(
        Row{"PPV | Team A v Team B @ 19:00", "Team A v Team B", at(28, 19), at(28, 22)},
        Row{"PPV 3: Boxing Night 7:30 PM ET", "Boxing Night", at(29, 0, 30), at(29, 3, 30)},
        Row{"US: PPV 12 | Fight Night @ Nov 29 8 PM EST", "Fight Night", at(30, 1), at(30, 4)},
        Row{"EVENT 1 - Arsenal vs Chelsea 28/11 20:00", "EVENT 1 - Arsenal vs Chelsea", at(28, 20),
            at(28, 23)},
        Row{"NBA 03: Lakers vs Celtics 2026-11-30 02:30:00 UTC", "Lakers vs Celtics", at(30, 2, 30),
            at(30, 5, 30)},
        Row{"LIVE: Race start:2026-11-28 20:00:00 stop:2026-11-28 22:30:00", "Race", at(28, 20),
            at(28, 22, 30)},
        Row{"Team A v Team B @ 10:30", "Team A v Team B", at(28, 10, 30), at(28, 13, 30)},
        Row{"Team A v Team B @ 08:30", "Team A v Team B", at(29, 8, 30), at(29, 11, 30)},
        Row{"20:00 CET Team A v Team B", "Team A v Team B", at(28, 19), at(28, 22)},
        Row{"PPV 4 (20h15) Team A v Team B", "Team A v Team B", at(28, 20, 15), at(28, 23, 15)}));

TEST(EventName, LocalTimeIsThatOfTheServer) {
    const auto event = parse_event_name("PPV | A v B @ 19:00", kNow, minutes(60));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->start, at(28, 18));
}

TEST(EventName, SummerTimeOfZonesThatHaveOne) {
    const WallTime july = std::chrono::sys_days(std::chrono::year(2026) / 7 / 4) + hours(12);
    const auto event = parse_event_name("PPV | A v B @ 7 PM ET", july, minutes(0));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->start, std::chrono::sys_days(std::chrono::year(2026) / 7 / 4) + hours(23));
}

TEST(EventName, OthersAreNoEvents) {
    for (const char* name : {"BBC One", "News at 10:30", "Channel 5", "PPV 4", "Team A v Team B",
             "24/7: Friends", "PPV | A v B @ 31/02 19:00", "", "@ 19:00", "PPV 3 19:00"}) {
        const auto event = parse_event_name(name, kNow, minutes(0));
        EXPECT_TRUE(!event || event->title == "PPV 3") << name;
    }
}

} // namespace
} // namespace plex_tuner::epg
