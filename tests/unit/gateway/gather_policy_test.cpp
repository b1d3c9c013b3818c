// SPDX-License-Identifier: GPL-3.0-or-later
#include "gather_policy.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

constexpr SteadyTime kStart{std::chrono::hours(1)};

/// Plays a source of `rate` bytes per second, whose unread bytes come in blocks of at most 256 KiB,
/// for ten seconds; returns the reads it took.
int reads_of(std::size_t rate) {
    GatherPolicy policy;
    SteadyTime now = kStart;
    std::size_t taken = 0;
    int reads = 0;
    while (now < kStart + std::chrono::seconds(10)) {
        const auto passed =
            std::chrono::duration_cast<std::chrono::microseconds>(now - kStart).count();
        const std::size_t sent = rate * static_cast<std::size_t>(passed) / 1'000'000;
        if (sent == taken) {
            now += milliseconds(1);
            continue;
        }
        const std::size_t chunk = std::min<std::size_t>(sent - taken, 256 * 1024);
        taken += chunk;
        ++reads;
        now = policy.after_chunk(chunk, now).value_or(now);
    }
    EXPECT_GE(taken + 1024 * 1024, rate * 10) << "the source is slowed down";
    return reads;
}

TEST(GatherPolicy, LiveSourceIsReadTwentyTimesASecond) {
    EXPECT_LE(reads_of(550'000), 210);
    EXPECT_GE(reads_of(550'000), 190);
    EXPECT_LE(reads_of(2'500'000), 210);
}

TEST(GatherPolicy, FastSourceIsNeverSlowedDown) {
    EXPECT_GT(reads_of(100'000'000), 3'000);
}

TEST(GatherPolicy, BurstEndsWhenTheSourceBecomesSlow) {
    GatherPolicy policy;
    SteadyTime now = kStart;
    EXPECT_FALSE(policy.after_chunk(GatherPolicy::kBurstBytes, now));
    EXPECT_FALSE(policy.after_chunk(1'000, now + milliseconds(1)));
    now += GatherPolicy::kWindow;
    const auto wait = policy.after_chunk(1'000, now);
    ASSERT_TRUE(wait);
    EXPECT_EQ(*wait, now + GatherPolicy::kWindow);
}

} // namespace
} // namespace plex_tuner::gateway
