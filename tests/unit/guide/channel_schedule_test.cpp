// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_schedule.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

using std::chrono::minutes;
using Verdict = ChannelSchedule::Verdict;

constexpr WallTime at(int minute) {
    return WallTime(std::chrono::hours(500'000)) + minutes(minute);
}

TEST(ChannelSchedule, KeepsGivenTimes) {
    ChannelSchedule schedule;
    EXPECT_TRUE(schedule.empty());
    EXPECT_EQ(schedule.place(at(0), at(60)).stop, at(60));
    schedule.written_at(1);
    const auto next = schedule.place(at(60), at(90));
    EXPECT_EQ(next.stop, at(90));
    EXPECT_FALSE(next.previous_stop);
    EXPECT_FALSE(schedule.empty());
}

TEST(ChannelSchedule, MissingStopIsTheNextStart) {
    ChannelSchedule schedule;
    EXPECT_EQ(schedule.place(at(0), {}).stop, at(30));
    schedule.written_at(77);
    const auto next = schedule.place(at(45), {});
    EXPECT_EQ(next.previous_stop, at(45));
    EXPECT_EQ(next.previous_offset, 77U);
    EXPECT_EQ(next.stop, at(75));
}

TEST(ChannelSchedule, AfterALongGapTheDefaultStays) {
    ChannelSchedule schedule;
    static_cast<void>(schedule.place(at(0), {}));
    EXPECT_FALSE(schedule.place(at(24 * 60 + 1), {}).previous_stop);
}

TEST(ChannelSchedule, OneThatRunsIntoTheNextIsShortened) {
    ChannelSchedule schedule;
    static_cast<void>(schedule.place(at(0), at(60)));
    EXPECT_EQ(schedule.place(at(50), at(100)).previous_stop, at(50));
}

TEST(ChannelSchedule, TheOrderOfTheSourceMakesNoDifference) {
    struct Programme {
        int start;
        std::optional<int> stop;
        int expected; ///< where it must end
    };

    std::vector<Programme> programmes{{0, {}, 120}, {120, 500, 300}, {300, 330, 330},
        {400, 460, 420}, {420, {}, 450}, {2000, {}, 2030}};
    std::ranges::sort(programmes, {}, &Programme::start);
    do {
        ChannelSchedule schedule;
        std::vector<WallTime> written; // the offset of a programme is its place here
        for (const Programme& programme : programmes) {
            const auto placement = schedule.place(at(programme.start),
                programme.stop ? std::optional(at(*programme.stop)) : std::nullopt);
            ASSERT_EQ(placement.verdict, Verdict::accepted);
            if (placement.previous_stop) {
                written.at(placement.previous_offset) = *placement.previous_stop;
            }
            schedule.written_at(written.size());
            written.push_back(placement.stop);
        }
        for (std::size_t i = 0; i < programmes.size(); ++i) {
            ASSERT_EQ(written[i], at(programmes[i].expected)) << programmes[i].start;
        }
        ASSERT_EQ(schedule.first_start(), at(0));
        ASSERT_EQ(schedule.last_stop(), at(2030));
    } while (std::ranges::next_permutation(programmes, {}, &Programme::start).found);
}

TEST(ChannelSchedule, SameStartIsADuplicateWhereverItComes) {
    ChannelSchedule schedule;
    for (const int minute : {50, 10, 30}) {
        EXPECT_EQ(schedule.place(at(minute), {}).verdict, Verdict::accepted);
    }
    for (const int minute : {10, 30, 50}) {
        EXPECT_EQ(schedule.place(at(minute), at(1000)).verdict, Verdict::duplicate);
    }
}

TEST(ChannelSchedule, IsBounded) {
    ChannelSchedule schedule;
    for (int i = 0; i < static_cast<int>(ChannelSchedule::kMaxProgrammes); ++i) {
        ASSERT_EQ(schedule.place(at(i), {}).verdict, Verdict::accepted);
    }
    EXPECT_EQ(schedule.place(at(100'000), {}).verdict, Verdict::too_many);
}

} // namespace
} // namespace plex_tuner::guide
