// SPDX-License-Identifier: GPL-3.0-or-later
#include "failover_plan.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kNow{seconds(1000)};

std::size_t source(const FailoverPlan& plan, SteadyTime now = kNow) {
    return plan.next(now).value().source;
}

TEST(FailoverPlan, BeginsWithTheFirstSource) {
    EXPECT_EQ(source(FailoverPlan(3)), 0U);
    EXPECT_FALSE(FailoverPlan(0).next(kNow));
}

TEST(FailoverPlan, GoesThroughAllBeforeItWaits) {
    FailoverPlan plan(3);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(source(plan), i);
        EXPECT_EQ(plan.next(kNow)->not_before, kNow);
        plan.failed(i, FailoverReason::connect, kNow + milliseconds(static_cast<int>(i)));
    }
    const auto again = plan.next(kNow + milliseconds(3));
    EXPECT_EQ(again->source, 0U);
    EXPECT_EQ(again->not_before, kNow + milliseconds(250));
}

TEST(FailoverPlan, ASourceThatPlayedWellIsAskedFirst) {
    FailoverPlan plan(2);
    plan.failed(0, FailoverReason::connect, kNow);
    EXPECT_EQ(source(plan), 1U);
    plan.broke_off(1, kNow + seconds(100));
    const auto next = plan.next(kNow + seconds(100));
    EXPECT_EQ(next->source, 1U);
    EXPECT_EQ(next->not_before, kNow + seconds(100) + milliseconds(100));
    // When it fails now, the first one has recovered.
    plan.failed(1, FailoverReason::connect, kNow + seconds(101));
    EXPECT_EQ(source(plan, kNow + seconds(101)), 0U);
}

TEST(FailoverPlan, PausesGrowAndARefusalCountsForMore) {
    FailoverPlan plan(1);
    const auto pause = [&](FailoverReason reason) {
        plan.failed(0, reason, kNow);
        return std::chrono::duration_cast<milliseconds>(plan.next(kNow)->not_before - kNow).count();
    };
    EXPECT_EQ(pause(FailoverReason::cut), 250);
    EXPECT_EQ(pause(FailoverReason::cut), 500);
    EXPECT_EQ(pause(FailoverReason::cut), 1'000);
    for (int i = 0; i < 30; ++i) {
        static_cast<void>(pause(FailoverReason::cut));
    }
    EXPECT_EQ(pause(FailoverReason::cut), 5'000);
    plan.broke_off(0, kNow);
    EXPECT_EQ(pause(FailoverReason::refused), 5'000);
    EXPECT_EQ(pause(FailoverReason::refused), 10'000);
    plan.broke_off(0, kNow);
    EXPECT_EQ(pause(FailoverReason::over_limit), 10'000);
}

TEST(FailoverPlan, AServerIsLeftAloneAsLongAsItSays) {
    FailoverPlan plan(1);
    plan.failed(0, FailoverReason::server_fault, kNow, seconds(40));
    EXPECT_EQ(plan.next(kNow)->not_before, kNow + seconds(40));
    EXPECT_TRUE(plan.next(kNow)->is_told);
    plan.failed(0, FailoverReason::server_fault, kNow, seconds(1'000'000));
    EXPECT_EQ(plan.next(kNow)->not_before, kNow + seconds(3'600)) << "within reason";
    plan.failed(0, FailoverReason::server_fault, kNow, seconds(0));
    EXPECT_EQ(plan.next(kNow)->not_before, kNow + seconds(1));
    plan.failed(0, FailoverReason::server_fault, kNow);
    EXPECT_FALSE(plan.next(kNow)->is_told);
}

TEST(FailoverPlan, WhatIsGivenUpIsNotTriedAgain) {
    FailoverPlan plan(2);
    plan.failed(0, FailoverReason::unsupported, kNow);
    EXPECT_EQ(plan.left(), 1U);
    EXPECT_EQ(source(plan, kNow + seconds(1000)), 1U);
    plan.give_up(1);
    EXPECT_FALSE(plan.next(kNow));
}

TEST(FailoverPlan, AnAlternativeIsOneThatCouldBeTriedNow) {
    FailoverPlan plan(2);
    EXPECT_TRUE(plan.has_alternative(0, kNow));
    plan.failed(1, FailoverReason::refused, kNow);
    EXPECT_FALSE(plan.has_alternative(0, kNow));
    EXPECT_TRUE(plan.has_alternative(0, kNow + seconds(6)));
    EXPECT_FALSE(FailoverPlan(1).has_alternative(0, kNow));
}

} // namespace
} // namespace plex_tuner::gateway
