// SPDX-License-Identifier: GPL-3.0-or-later
#include "gather_policy.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

constexpr SteadyTime kStart{std::chrono::hours(1)};

/// Plays a source of `rate` bytes per second for ten seconds the way Transfer::read() hands it out;
/// returns the reads it took.
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
        const std::size_t part = std::min(sent - taken, fetch::Transfer::kFullRead);
        taken += part;
        ++reads;
        now = policy.after_read(part, now).value_or(now);
    }
    EXPECT_GE(taken + rate / 10, rate * 10) << "the source is slowed down";
    return reads;
}

TEST(GatherPolicy, LiveSourceIsReadTwentyTimesASecond) {
    EXPECT_LE(reads_of(550'000), 210);
    EXPECT_GE(reads_of(550'000), 190);
}

TEST(GatherPolicy, NoRateIsSlowedDown) {
    for (const std::size_t megabits : {1, 8, 10, 11, 15, 25, 50, 100, 400, 1'000}) {
        SCOPED_TRACE(megabits);
        reads_of(megabits * 125'000);
    }
}

TEST(GatherPolicy, WaitsOnlyBehindAReadThatLeftNothing) {
    GatherPolicy policy;
    EXPECT_FALSE(policy.after_read(fetch::Transfer::kFullRead, kStart));
    const auto wait = policy.after_read(1'000, kStart);
    ASSERT_TRUE(wait);
    EXPECT_EQ(*wait, kStart + GatherPolicy::kWindow);
}

} // namespace
} // namespace plex_tuner::gateway
