// SPDX-License-Identifier: GPL-3.0-or-later
#include "restart_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// In the middle of the jitter.
double middle() {
    return 0.5;
}

class RestartPolicyTest : public ::testing::Test {
protected:
    /// Runs for `time` and ends.
    std::optional<milliseconds> run(RestartPolicy& policy, std::chrono::milliseconds time) {
        policy.started(now_);
        now_ += time;
        return policy.ended(now_);
    }

    SteadyTime now_{};
};

TEST_F(RestartPolicyTest, TheFirstRestartComesAtOnceAndFurtherOnesLaterAndLater) {
    RestartPolicy policy({.restart = true, .delay = 2s}, middle);
    EXPECT_EQ(run(policy, 1s), 200ms);
    EXPECT_EQ(run(policy, 1s), 2s);
    EXPECT_EQ(run(policy, 1s), 4s);
    EXPECT_EQ(run(policy, 1s), 8s);
    EXPECT_EQ(run(policy, 1s), 16s);
    EXPECT_EQ(run(policy, 1s), 32s);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(run(policy, 1s), 60s);
    }
}

TEST_F(RestartPolicyTest, WhoRanForAWhileBeginsAnew) {
    RestartPolicy policy({.restart = true, .delay = 2s}, middle);
    for (int i = 0; i < 4; ++i) {
        static_cast<void>(run(policy, 9s));
    }
    EXPECT_EQ(policy.ends_in_a_row(), 4);
    EXPECT_EQ(run(policy, 10s), 200ms);
    EXPECT_EQ(policy.ends_in_a_row(), 1);
}

TEST_F(RestartPolicyTest, PausesDifferALittle) {
    RestartPolicy low({.restart = true, .delay = 10s}, [] { return 0.0; });
    RestartPolicy high({.restart = true, .delay = 10s}, [] { return 0.9999; });
    static_cast<void>(run(low, 1s));
    static_cast<void>(run(high, 1s));
    EXPECT_EQ(run(low, 1s), 8s);
    EXPECT_THAT(
        run(high, 1s)->count(), ::testing::AllOf(::testing::Gt(11'900), ::testing::Le(12'000)));
}

TEST_F(RestartPolicyTest, ADelayAboveTheLongestIsKept) {
    RestartPolicy policy({.restart = true, .delay = 10min}, middle);
    EXPECT_EQ(run(policy, 1s), 200ms);
    EXPECT_EQ(run(policy, 1s), 10min);
    EXPECT_EQ(run(policy, 1s), 10min);
    RestartPolicy quick({.restart = true, .delay = 50ms}, middle);
    EXPECT_EQ(run(quick, 1s), 50ms) << "nor is a shorter one made longer";
}

TEST_F(RestartPolicyTest, WithoutRestartsThereIsNone) {
    RestartPolicy policy({.restart = false}, middle);
    EXPECT_FALSE(run(policy, 1h));
}

TEST_F(RestartPolicyTest, FailFastGivesUpAfterFiveInARow) {
    RestartPolicy policy({.restart = true, .delay = 2s, .fail_fast = true}, middle);
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(run(policy, 1s));
    }
    EXPECT_TRUE(run(policy, 1min)) << "healthy in between";
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(run(policy, 1s));
    }
    EXPECT_FALSE(run(policy, 1s));
}

TEST_F(RestartPolicyTest, NewOptionsCountFromThenOn) {
    RestartPolicy policy({.restart = true, .delay = 2s}, middle);
    static_cast<void>(run(policy, 1s));
    policy.use({.restart = true, .delay = 5s});
    EXPECT_EQ(run(policy, 1s), 5s);
    policy.use({.restart = false});
    EXPECT_FALSE(run(policy, 1s));
}

} // namespace
} // namespace plex_tuner::fleet
