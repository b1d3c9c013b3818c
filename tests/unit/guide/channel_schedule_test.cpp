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

using Gaps = std::vector<std::pair<WallTime, WallTime>>;

/// The first source has programmes from 0 to 60 and from 120 to 180.
ChannelSchedule with_two_blocks() {
    ChannelSchedule schedule;
    for (const int start : {120, 0, 30, 150}) {
        static_cast<void>(schedule.place(at(start), at(start + 30)));
        schedule.written_at(static_cast<std::uint64_t>(start));
    }
    schedule.settle();
    return schedule;
}

TEST(ChannelSchedule, LaterSourcesFillGapsAndNothingElse) {
    struct Row {
        int start;
        std::optional<int> stop;
        std::optional<std::pair<int, int>> placed;
    };

    for (const Row& row : std::vector<Row>{{60, 120, {{60, 120}}}, {70, 80, {{70, 80}}},
             {0, 30, {}}, {10, 40, {}}, {30, 62, {}}, {30, 65, {{60, 65}}}, {30, 100, {{60, 100}}},
             {100, 200, {{100, 120}}}, {-30, 200, {{-30, 0}}}, {50, 200, {{60, 120}}},
             {170, 190, {{180, 190}}}, {170, 182, {}}, {200, 230, {{200, 230}}},
             {60, {}, {{60, 120}}}, {30, {}, {}}, {-60, {}, {{-60, 0}}}, {300, {}, {{300, 330}}}}) {
        ChannelSchedule schedule = with_two_blocks();
        const auto stop = row.stop ? std::optional(at(*row.stop)) : std::nullopt;
        EXPECT_EQ(schedule.is_covered(at(row.start), stop), !row.placed) << row.start;
        const auto placement = schedule.place(at(row.start), stop);
        if (!row.placed) {
            EXPECT_EQ(placement.verdict, Verdict::covered) << row.start;
            continue;
        }
        ASSERT_EQ(placement.verdict, Verdict::accepted) << row.start;
        EXPECT_EQ(placement.start, at(row.placed->first)) << row.start;
        EXPECT_EQ(placement.stop, at(row.placed->second)) << row.start;
        EXPECT_FALSE(placement.previous_stop);
    }
}

TEST(ChannelSchedule, ALaterSourceEndsItsOwnProgrammesOnly) {
    ChannelSchedule schedule = with_two_blocks();
    static_cast<void>(schedule.place(at(60), {}));
    schedule.written_at(1'000);
    const auto next = schedule.place(at(90), at(110));
    EXPECT_EQ(next.previous_stop, at(90));
    EXPECT_EQ(next.previous_offset, 1'000U);
    schedule.written_at(2'000);
    // In the gap behind: the one before the block is not its neighbour.
    EXPECT_FALSE(schedule.place(at(180), at(200)).previous_stop);
    schedule.written_at(3'000);
    schedule.settle();
    EXPECT_EQ(schedule.gaps(at(0), at(240)), (Gaps{{at(110), at(120)}, {at(200), at(240)}}));
}

TEST(ChannelSchedule, ASourceThatIsTakenBackLeavesNothing) {
    ChannelSchedule schedule = with_two_blocks();
    static_cast<void>(schedule.place(at(60), at(120)));
    schedule.written_at(1);
    schedule.forget_unsettled();
    schedule.settle();
    EXPECT_EQ(schedule.gaps(at(0), at(180)), (Gaps{{at(60), at(120)}}));
}

TEST(ChannelSchedule, ShortPausesAreNoGapsAndCanBeStretchedOver) {
    ChannelSchedule schedule;
    for (const int start : {0, 30, 60}) {
        static_cast<void>(schedule.place(at(start), at(start + (start == 30 ? 25 : 27))));
        schedule.written_at(static_cast<std::uint64_t>(start));
    }
    std::vector<ChannelSchedule::NewStop> stretched;
    schedule.stretch(stretched);
    ASSERT_EQ(schedule.programmes().size(), 3U);
    EXPECT_EQ(schedule.programmes()[0].stop, schedule.programmes()[1].start);
    schedule.settle();
    ASSERT_EQ(stretched.size(), 1U) << "five minutes are a gap";
    EXPECT_EQ(stretched[0].offset, 0U);
    EXPECT_EQ(stretched[0].stop, at(30));
    EXPECT_EQ(schedule.gaps(at(0), at(90)), (Gaps{{at(55), at(60)}, {at(87), at(90)}}));
    EXPECT_EQ(schedule.place(at(55), at(60)).verdict, Verdict::accepted);
}

TEST(ChannelSchedule, KeepsGivenTimes) {
    ChannelSchedule schedule;
    EXPECT_TRUE(schedule.empty());
    EXPECT_EQ(schedule.place(at(0), at(60)).stop, at(60));
    schedule.written_at(1);
    const auto next = schedule.place(at(60), at(90));
    EXPECT_EQ(next.stop, at(90));
    EXPECT_FALSE(next.previous_stop);
    schedule.written_at(2);
    EXPECT_TRUE(schedule.empty()) << "the source may yet be taken back";
    schedule.settle();
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
        schedule.settle();
        ASSERT_EQ(
            schedule.gaps(at(-10), at(2040)), (Gaps{{at(-10), at(0)}, {at(330), at(400)},
                                                  {at(450), at(2000)}, {at(2030), at(2040)}}));
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
