// SPDX-License-Identifier: GPL-3.0-or-later
#include "restart_budget.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RestartBudget, OneThatHadWorkedIsReplacedAtOnce) {
    RestartBudget budget;
    SteadyTime now{};
    for (int i = 0; i < 20; ++i) {
        now += seconds(10);
        EXPECT_EQ(budget.after_end(true, now), milliseconds(0));
    }
}

TEST(RestartBudget, ThoseThatGiveNothingEndIt) {
    RestartBudget budget;
    const SteadyTime now{};
    EXPECT_EQ(budget.after_end(false, now), RestartBudget::kPause);
    EXPECT_EQ(budget.after_end(false, now), 2 * RestartBudget::kPause);
    EXPECT_EQ(budget.after_end(false, now), std::nullopt);
}

TEST(RestartBudget, OneThatGivesSomethingMakesUpForThem) {
    RestartBudget budget;
    SteadyTime now{};
    for (int i = 0; i < 10; ++i) {
        now += seconds(20);
        EXPECT_TRUE(budget.after_end(false, now));
        EXPECT_EQ(budget.after_end(true, now), milliseconds(0));
    }
}

TEST(RestartBudget, TooManyWithinAShortTimeEndIt) {
    RestartBudget budget;
    SteadyTime now{};
    for (std::size_t i = 0; i < RestartBudget::kMost; ++i) {
        now += seconds(1);
        EXPECT_TRUE(budget.after_end(true, now));
    }
    EXPECT_FALSE(budget.after_end(true, now));
    now += RestartBudget::kWithin + seconds(1);
    EXPECT_TRUE(budget.after_end(true, now));
}

} // namespace
} // namespace plex_tuner::gateway
