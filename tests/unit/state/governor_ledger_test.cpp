// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/governor_ledger.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr TimePoint kStart{std::chrono::seconds(1'704'067'200)};
constexpr GovernorLimits kTwo{.concurrent = 2, .rate_per_second = 0, .burst = 1};

class GovernorLedgerTest : public ::testing::Test {
protected:
    [[nodiscard]] GovernorLedger open() const {
        auto ledger = GovernorLedger::open({.directory = directory_.path(), .random = [this] {
                                                return random_;
                                            }});
        if (!ledger) {
            throw std::runtime_error(ledger.error().message());
        }
        return std::move(*ledger);
    }

    [[nodiscard]] std::variant<Permit, Wait> ask(
        GovernorLedger& ledger, TimePoint now, const GovernorLimits& limits = kTwo) const {
        auto acquired = ledger.try_acquire("panel.example/1a2b", limits, now);
        if (!acquired) {
            throw std::runtime_error(acquired.error().message());
        }
        return std::move(*acquired);
    }

    [[nodiscard]] Permit permit(
        GovernorLedger& ledger, TimePoint now, const GovernorLimits& limits = kTwo) const {
        return std::get<Permit>(ask(ledger, now, limits));
    }

    [[nodiscard]] Wait wait(
        GovernorLedger& ledger, TimePoint now, const GovernorLimits& limits = kTwo) const {
        return std::get<Wait>(ask(ledger, now, limits));
    }

    /// One request at `now` that is answered at once.
    void answer(GovernorLedger& ledger, TimePoint now, const Outcome& outcome) const {
        ASSERT_TRUE(ledger.report(permit(ledger, now), outcome, now));
    }

    /// Asks as soon as it may and gets `outcome`, `times` times; returns when it may ask again.
    [[nodiscard]] TimePoint fail_again(
        GovernorLedger& ledger, TimePoint now, const Outcome& outcome, int times) const {
        for (int i = 0; i < times; ++i) {
            answer(ledger, now, outcome);
            now = wait(ledger, now).until;
        }
        return now;
    }

    [[nodiscard]] static GovernorStatus only_status(GovernorLedger& ledger, TimePoint now) {
        auto statuses = ledger.snapshot(now);
        if (!statuses || statuses->size() != 1) {
            throw std::runtime_error("one key expected");
        }
        return statuses->front();
    }

    testing::TemporaryDirectory directory_;
    double random_ = 0.5; ///< the middle: no jitter
};

TEST_F(GovernorLedgerTest, GivesNoMorePermitsThanRequestsAreAllowedAtATime) {
    auto ledger = open();
    auto other = open();
    auto first = permit(ledger, kStart);
    const auto second = permit(other, kStart);
    EXPECT_EQ(wait(ledger, kStart).reason, WaitReason::concurrency);
    EXPECT_EQ(wait(other, kStart).reason, WaitReason::concurrency);
    ASSERT_TRUE(ledger.report(std::move(first), {.status = 200}, kStart));
    EXPECT_TRUE(std::holds_alternative<Permit>(ask(other, kStart)));
}

TEST_F(GovernorLedgerTest, SeveralRequestsUnderOnePermitCountAgainstTheRateAtOnce) {
    auto ledger = open();
    const GovernorLimits limits{.concurrent = 2, .rate_per_second = 10, .burst = 10};
    auto batch = ledger.try_acquire("panel.example/1a2b", limits, kStart, 25);
    ASSERT_TRUE(batch && std::holds_alternative<Permit>(*batch));
    const Wait next = wait(ledger, kStart, limits);
    EXPECT_EQ(next.reason, WaitReason::rate);
    EXPECT_GE(next.until, kStart + 1500ms);
    EXPECT_LE(next.until, kStart + 1700ms);
    EXPECT_TRUE(std::holds_alternative<Permit>(ask(ledger, next.until, limits)));
}

TEST_F(GovernorLedgerTest, ADroppedPermitIsFreeAndTellsNothing) {
    auto ledger = open();
    {
        const auto first = permit(ledger, kStart);
        const auto second = permit(ledger, kStart);
        EXPECT_EQ(wait(ledger, kStart).reason, WaitReason::concurrency);
    }
    EXPECT_EQ(only_status(ledger, kStart).in_flight, 0);
    EXPECT_EQ(only_status(ledger, kStart).failures, 0);
}

TEST_F(GovernorLedgerTest, PermitsOutliveTheLedgerObject) {
    auto ledger = open();
    std::optional<Permit> kept;
    {
        auto other = open();
        kept = permit(other, kStart);
    }
    EXPECT_EQ(only_status(ledger, kStart).in_flight, 1);
    kept.reset();
    EXPECT_EQ(only_status(ledger, kStart).in_flight, 0);
}

TEST_F(GovernorLedgerTest, KeepsTheRateOverAllProcesses) {
    auto ledger = open();
    auto other = open();
    const GovernorLimits limits{.concurrent = 9, .rate_per_second = 2, .burst = 3};
    for (GovernorLedger* each : {&ledger, &other, &ledger}) {
        (void)permit(*each, kStart, limits);
    }
    const Wait refused = wait(other, kStart, limits);
    EXPECT_EQ(refused.reason, WaitReason::rate);
    EXPECT_EQ(refused.until, kStart + 500ms);
    (void)permit(ledger, kStart + 500ms, limits);
    EXPECT_EQ(wait(other, kStart + 500ms, limits).until, kStart + 1s);
    // A long pause is worth a burst, not more.
    for (int i = 0; i < 3; ++i) {
        (void)permit(other, kStart + 1h, limits);
    }
    EXPECT_EQ(wait(ledger, kStart + 1h, limits).reason, WaitReason::rate);
}

TEST_F(GovernorLedgerTest, RetryAfterHoldsForAllProcessesAndOnlyForItsKey) {
    auto ledger = open();
    answer(ledger, kStart, {.status = 429, .retry_after = 30s});
    auto other = open();
    const Wait told = wait(other, kStart + 29s);
    EXPECT_EQ(told.until, kStart + 30s);
    EXPECT_EQ(told.reason, WaitReason::retry_after);
    const auto elsewhere = other.try_acquire("other.example/1a2b", kTwo, kStart + 1s);
    ASSERT_TRUE(elsewhere);
    EXPECT_TRUE(std::holds_alternative<Permit>(*elsewhere));
    (void)permit(other, kStart + 30s);
}

TEST_F(GovernorLedgerTest, RetryAfterIsBounded) {
    auto ledger = open();
    answer(ledger, kStart, {.status = 503, .retry_after = 1'000'000s});
    EXPECT_EQ(wait(ledger, kStart).until, kStart + kMaxRetryAfter);
}

TEST_F(GovernorLedgerTest, BackOffDoublesAndEndsWithASuccess) {
    auto ledger = open();
    answer(ledger, kStart, {.status = 500});
    EXPECT_EQ(wait(ledger, kStart).until, kStart + 1s);
    EXPECT_EQ(wait(ledger, kStart).reason, WaitReason::back_off);
    answer(ledger, kStart + 1s, {.status = 429});
    EXPECT_EQ(wait(ledger, kStart + 1s).until, kStart + 3s);
    answer(ledger, kStart + 3s, {.network_error = true});
    EXPECT_EQ(wait(ledger, kStart + 3s).until, kStart + 7s);
    answer(ledger, kStart + 7s, {.status = 200});
    answer(ledger, kStart + 8s, {.status = 884});
    EXPECT_EQ(wait(ledger, kStart + 8s).until, kStart + 9s);
}

TEST_F(GovernorLedgerTest, BackOffVariesByAQuarter) {
    auto ledger = open();
    random_ = 0;
    answer(ledger, kStart, {.status = 403});
    EXPECT_EQ(wait(ledger, kStart).until, kStart + 3750ms);
    random_ = 1;
    answer(ledger, kStart + 1min, {.status = 403});
    EXPECT_EQ(wait(ledger, kStart + 1min).until, kStart + 1min + 12500ms);
}

TEST_F(GovernorLedgerTest, BackOffHasACap) {
    auto ledger = open();
    const TimePoint last = fail_again(ledger, kStart, {.status = 502}, 40);
    answer(ledger, last, {.status = 502});
    EXPECT_EQ(wait(ledger, last).until, last + kMaxBackOff);
}

TEST_F(GovernorLedgerTest, ASustained503OfACloudflareFrontTakesMinutes) {
    auto ledger = open();
    const Outcome blocked{.status = 503, .cloudflare = true};
    answer(ledger, kStart, blocked);
    EXPECT_EQ(wait(ledger, kStart).until, kStart + 1s);
    answer(ledger, kStart + 1s, blocked);
    EXPECT_EQ(wait(ledger, kStart + 1s).until, kStart + 1s + kCloudflareBackOffBase);
    const TimePoint last = fail_again(ledger, kStart + 1s + kCloudflareBackOffBase, blocked, 9);
    answer(ledger, last, blocked);
    EXPECT_EQ(wait(ledger, last).until, last + kMaxCloudflareBackOff);
}

TEST_F(GovernorLedgerTest, RequestsThatFailTogetherAreOneFailure) {
    auto ledger = open();
    auto first = permit(ledger, kStart);
    auto second = permit(ledger, kStart);
    ASSERT_TRUE(ledger.report(std::move(first), {.status = 503}, kStart + 1s));
    ASSERT_TRUE(ledger.report(std::move(second), {.status = 503}, kStart + 1s));
    EXPECT_EQ(only_status(ledger, kStart + 1s).failures, 1);
    EXPECT_EQ(wait(ledger, kStart + 1s).until, kStart + 2s);
}

TEST_F(GovernorLedgerTest, AnAnswerToAnOldRequestDoesNotEndALaterCoolDown) {
    auto ledger = open();
    auto slow = permit(ledger, kStart);
    answer(ledger, kStart + 1s, {.status = 429, .retry_after = 60s});
    ASSERT_TRUE(ledger.report(std::move(slow), {.status = 200}, kStart + 2s));
    EXPECT_EQ(wait(ledger, kStart + 3s).until, kStart + 61s);
    EXPECT_EQ(only_status(ledger, kStart + 3s).failures, 1);
}

TEST_F(GovernorLedgerTest, OtherStatusesShowAHealthyProviderBut458TellsNothing) {
    auto ledger = open();
    answer(ledger, kStart, {.status = 500});
    answer(ledger, kStart + 2s, {.status = 458});
    EXPECT_EQ(only_status(ledger, kStart + 2s).failures, 1);
    EXPECT_EQ(only_status(ledger, kStart + 2s).last_status, 458);
    (void)permit(ledger, kStart + 2s);
    answer(ledger, kStart + 2s, {.status = 404});
    EXPECT_EQ(only_status(ledger, kStart + 2s).failures, 0);
}

TEST_F(GovernorLedgerTest, TheBreakerOpensLetsOneTryAndClosesOnSuccess) {
    auto ledger = open();
    auto other = open();
    const TimePoint again = fail_again(ledger, kStart, {.status = 500}, kBreakerFailures);
    EXPECT_EQ(only_status(ledger, again - 1s).breaker, BreakerState::open);
    EXPECT_EQ(wait(other, again - 1s).reason, WaitReason::breaker_open);
    EXPECT_EQ(only_status(other, again).breaker, BreakerState::half_open);
    auto trial = permit(other, again);
    EXPECT_TRUE(trial.is_trial());
    const Wait others = wait(ledger, again);
    EXPECT_EQ(others.reason, WaitReason::trial);
    EXPECT_GT(others.until, again);
    ASSERT_TRUE(other.report(std::move(trial), {.status = 200}, again + 1s));
    EXPECT_EQ(only_status(ledger, again + 1s).breaker, BreakerState::closed);
    EXPECT_FALSE(permit(ledger, again + 1s).is_trial());
}

TEST_F(GovernorLedgerTest, AFailedTrialOpensTheBreakerAgain) {
    auto ledger = open();
    const TimePoint again = fail_again(ledger, kStart, {.status = 500}, kBreakerFailures);
    auto trial = permit(ledger, again);
    ASSERT_TRUE(ledger.report(std::move(trial), {.network_error = true}, again));
    const Wait refused = wait(ledger, again);
    EXPECT_EQ(refused.reason, WaitReason::breaker_open);
    EXPECT_GE(refused.until, again + kMinBreakerOpen);
}

TEST_F(GovernorLedgerTest, ATrialThatIsGivenUpLeavesItToTheNext) {
    auto ledger = open();
    const TimePoint again = fail_again(ledger, kStart, {.status = 500}, kBreakerFailures);
    (void)permit(ledger, again);
    EXPECT_TRUE(permit(ledger, again).is_trial());
}

TEST_F(GovernorLedgerTest, WhatIsKnownSurvivesARestart) {
    {
        auto ledger = open();
        answer(ledger, kStart, {.status = 503, .retry_after = 90s});
    }
    auto ledger = open();
    EXPECT_EQ(wait(ledger, kStart + 1s).until, kStart + 90s);
}

TEST_F(GovernorLedgerTest, AClockSetBackDoesNotMakeACoolDownLast) {
    auto ledger = open();
    const GovernorLimits limits{.concurrent = 2, .rate_per_second = 1, .burst = 1};
    auto used = permit(ledger, kStart, limits);
    ASSERT_TRUE(ledger.report(std::move(used), {.status = 503, .retry_after = 60s}, kStart));
    const TimePoint past = kStart - 24h * 365;
    EXPECT_LE(wait(ledger, past, limits).until, past + kMaxRetryAfter);
    ASSERT_TRUE(ledger.report(
        [&] {
            auto acquired = ledger.try_acquire("b", limits, kStart);
            return std::get<Permit>(std::move(*acquired));
        }(),
        {.status = 200}, kStart));
    auto refilled = ledger.try_acquire("b", limits, past);
    ASSERT_TRUE(refilled);
    EXPECT_LE(std::get<Wait>(*refilled).until, past + 1s);
}

TEST_F(GovernorLedgerTest, SnapshotListsKeysWithWhatTheyWaitFor) {
    auto ledger = open();
    ASSERT_TRUE(ledger.try_acquire("b", kTwo, kStart));
    answer(ledger, kStart, {.status = 429, .retry_after = 30s});
    const auto held = ledger.try_acquire("a", kTwo, kStart);
    ASSERT_TRUE(held);
    const auto statuses = ledger.snapshot(kStart + 1s);
    ASSERT_TRUE(statuses);
    ASSERT_EQ(statuses->size(), 3U);
    EXPECT_EQ((*statuses)[0].key, "a");
    EXPECT_EQ((*statuses)[0].in_flight, 1);
    EXPECT_EQ((*statuses)[0].cool_down, std::nullopt);
    EXPECT_EQ((*statuses)[1].key, "b");
    EXPECT_EQ((*statuses)[2].last_status, 429);
    ASSERT_TRUE((*statuses)[2].cool_down);
    EXPECT_EQ((*statuses)[2].cool_down->until, kStart + 30s);
    EXPECT_EQ(to_string((*statuses)[2].cool_down->reason), "retry-after");
}

TEST_F(GovernorLedgerTest, ForgetsTheLongestUnusedKeys) {
    auto ledger = open();
    for (int i = 0; i < kMaxGovernorKeys + 10; ++i) {
        ASSERT_TRUE(ledger.try_acquire(std::to_string(i), kTwo, kStart + std::chrono::seconds(i)));
    }
    const auto statuses = ledger.snapshot(kStart);
    ASSERT_TRUE(statuses);
    EXPECT_EQ(statuses->size(), static_cast<std::size_t>(kMaxGovernorKeys));
    EXPECT_TRUE(std::ranges::none_of(*statuses, [](const auto& each) { return each.key == "9"; }));
}

TEST_F(GovernorLedgerTest, RefusesLimitsAndKeysThatMakeNoSense) {
    auto ledger = open();
    for (const GovernorLimits limits : {GovernorLimits{.concurrent = 0},
             GovernorLimits{.rate_per_second = -1}, GovernorLimits{.burst = 0}}) {
        const auto refused = ledger.try_acquire("k", limits, kStart);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
    }
    EXPECT_FALSE(ledger.try_acquire("", kTwo, kStart));
    EXPECT_FALSE(ledger.try_acquire(std::string(257, 'k'), kTwo, kStart));
    EXPECT_FALSE(GovernorLedger::open({.directory = directory_.path(), .random = {}}));
}

TEST_F(GovernorLedgerTest, ADamagedLedgerIsBegunAnewAndSaysSo) {
    {
        std::ofstream(directory_.path() / "ledger.db") << std::string(5000, 'x');
    }
    auto ledger = open();
    EXPECT_THAT(ledger.take_warnings(), ElementsAre(HasSubstr("ledger.db.corrupt-")));
    EXPECT_THAT(ledger.take_warnings(), IsEmpty());
    (void)permit(ledger, kStart);
}

TEST_F(GovernorLedgerTest, PermitsOfALostLedgerDoNotTouchThoseOfTheNext) {
    auto ledger = open();
    auto old = permit(ledger, kStart);
    std::filesystem::remove(directory_.path() / "ledger.db");
    auto other = open();
    const auto fresh = permit(other, kStart);
    ASSERT_TRUE(ledger.report(std::move(old), {.status = 200}, kStart));
    EXPECT_EQ(only_status(other, kStart).in_flight, 1);
}

} // namespace
} // namespace plex_tuner::state
