// SPDX-License-Identifier: GPL-3.0-or-later
#include "governor_share.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{std::chrono::seconds(1'704'067'200)};

TEST(GovernorShareTest, PartsAreTheWholeTogether) {
    const GovernorLimits limits{.concurrent = 5, .rate_per_second = 6, .burst = 7};
    GovernorLimits sum{.concurrent = 0, .rate_per_second = 0, .burst = 0};
    for (int rank = 0; rank < 3; ++rank) {
        const GovernorLimits part = share_of(limits, Standing{.machines = 3, .rank = rank});
        sum.concurrent += part.concurrent;
        sum.rate_per_second += part.rate_per_second;
        sum.burst += part.burst;
    }
    EXPECT_EQ(sum.concurrent, 5);
    EXPECT_DOUBLE_EQ(sum.rate_per_second, 6);
    EXPECT_EQ(sum.burst, 7);
}

TEST(GovernorShareTest, EverybodyMayAskOnceAtATime) {
    const GovernorLimits part = share_of(
        {.concurrent = 2, .rate_per_second = 10, .burst = 1}, Standing{.machines = 5, .rank = 4});
    EXPECT_EQ(part.concurrent, 1);
    EXPECT_EQ(part.burst, 1);
    EXPECT_DOUBLE_EQ(part.rate_per_second, 2);
}

TEST(GovernorShareTest, NeverIsNeverByAnyClock) {
    GovernorRow row;
    row.blocked_until = kNow;
    const GovernorRow moved = shifted(row, 5s);
    EXPECT_EQ(moved.blocked_until, kNow + 5s);
    EXPECT_EQ(moved.failed_at, TimePoint{});
}

TEST(GovernorShareTest, FailuresThatWereMadeGoodDoNotComeBack) {
    GovernorRow mended;
    mended.failed_at = kNow;
    GovernorRow stale = mended;
    stale.failed_at = kNow + 3ms; // by way of another clock
    stale.failures = 5;
    stale.breaker_open = true;
    learn(mended, stale);
    EXPECT_EQ(mended.failures, 0);
    EXPECT_FALSE(mended.breaker_open);

    GovernorRow later = stale;
    later.failed_at = kNow + 1min;
    learn(mended, later);
    EXPECT_EQ(mended.failures, 5);
    EXPECT_TRUE(mended.breaker_open);
}

TEST(GovernorShareTest, TheLongerWaitStays) {
    GovernorRow row;
    row.blocked_until = kNow + 1h;
    row.blocked_by = WaitReason::retry_after;
    row.tokens = 3;
    GovernorRow facts;
    facts.blocked_until = kNow + 1min;
    facts.blocked_by = WaitReason::back_off;
    facts.failures = 2;
    facts.tokens = 7;
    take_over(row, facts);
    EXPECT_EQ(row.blocked_until, kNow + 1h);
    EXPECT_EQ(row.blocked_by, WaitReason::retry_after);
    EXPECT_EQ(row.failures, 2);
    EXPECT_EQ(row.tokens, 3) << "the bucket is its own";
}

} // namespace
} // namespace plex_tuner::state
