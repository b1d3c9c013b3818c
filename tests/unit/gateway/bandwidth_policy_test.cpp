// SPDX-License-Identifier: GPL-3.0-or-later
#include "bandwidth_policy.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using Change = BandwidthPolicy::Change;
using hls::Seconds;
using namespace std::chrono_literals;

class BandwidthPolicyTest : public ::testing::Test {
protected:
    /// A segment of 4 s that took so long, one after the other.
    Change segment(double took, std::size_t levels = 3) {
        now_ += 4s;
        return policy.after_segment(Seconds(took), Seconds(4), levels, now_);
    }

    BandwidthPolicy policy;

private:
    SteadyTime now_ = SteadyTime(1h);
};

TEST_F(BandwidthPolicyTest, ThreeSlowSegmentsInARowStepDownOnce) {
    EXPECT_EQ(segment(6), Change::none);
    EXPECT_EQ(segment(6), Change::none);
    EXPECT_EQ(segment(6), Change::lower);
    EXPECT_EQ(policy.level(), 1U);
    EXPECT_EQ(segment(6), Change::none) << "the new variant gets its own three";
}

TEST_F(BandwidthPolicyTest, OneQuickSegmentBreaksTheRow) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(segment(6), Change::none);
        EXPECT_EQ(segment(6), Change::none);
        EXPECT_EQ(segment(3), Change::none);
    }
    EXPECT_EQ(policy.level(), 0U);
}

TEST_F(BandwidthPolicyTest, SegmentsThatAreSentWhileTheyAreMadeAreNotSlow) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(segment(4.02), Change::none);
    }
}

TEST_F(BandwidthPolicyTest, ALineThatIsALittleTooSlowStepsDownInTheEnd) {
    int segments = 0;
    while (policy.level() == 0 && segments < 100) {
        (void)segment(4.4);
        ++segments;
    }
    EXPECT_EQ(segments, 10);
}

TEST_F(BandwidthPolicyTest, ThereIsNothingBelowTheLowest) {
    for (int i = 0; i < 30; ++i) {
        (void)segment(9, 2);
    }
    EXPECT_EQ(policy.level(), 1U);
}

TEST_F(BandwidthPolicyTest, ABetterVariantGetsOneChance) {
    const auto slow = [&] {
        return segment(6) == Change::none && segment(6) == Change::none &&
               segment(6) == Change::lower;
    };
    ASSERT_TRUE(slow());
    int raised = 0;
    for (int i = 0; i < 200; ++i) { // 800 s
        raised += segment(1) == Change::higher ? 1 : 0;
    }
    EXPECT_EQ(raised, 1);
    EXPECT_EQ(policy.level(), 0U);
    ASSERT_TRUE(slow());
    for (int i = 0; i < 2'000; ++i) {
        EXPECT_EQ(segment(1), Change::none) << "it does not go back and forth";
    }
}

} // namespace
} // namespace plex_tuner::gateway
