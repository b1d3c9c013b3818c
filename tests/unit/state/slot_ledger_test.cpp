// SPDX-License-Identifier: GPL-3.0-or-later
#include "processes.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/slot_ledger.hpp>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimePoint kStart{std::chrono::seconds(1'704'067'200)};

class SlotLedgerTest : public ::testing::Test {
protected:
    SlotLedgerTest() : ledger_(open()) {}

    [[nodiscard]] SlotLedger open() const {
        auto ledger = SlotLedger::open(directory_.path());
        if (!ledger) {
            throw std::runtime_error(ledger.error().message());
        }
        return std::move(*ledger);
    }

    [[nodiscard]] std::variant<Slot, SlotsFull> ask(
        SlotKind kind, int configured, TimePoint now = kStart) {
        auto taken = ledger_.try_take("account", kind, configured, now);
        if (!taken) {
            throw std::runtime_error(taken.error().message());
        }
        return std::move(*taken);
    }

    [[nodiscard]] Slot take(SlotKind kind, int configured, TimePoint now = kStart) {
        return std::get<Slot>(ask(kind, configured, now));
    }

    [[nodiscard]] SlotsFull full(SlotKind kind, int configured, TimePoint now = kStart) {
        return std::get<SlotsFull>(ask(kind, configured, now));
    }

    [[nodiscard]] bool asked(const Slot& slot) { return *ledger_.asked_to_yield(slot); }

    [[nodiscard]] AccountSlots account(TimePoint now = kStart) {
        return ledger_.snapshot(now)->front();
    }

    testing::TemporaryDirectory directory_;
    SlotLedger ledger_;
};

TEST_F(SlotLedgerTest, GivesNoMoreSlotsThanTheBudgetAndSaysWhoHasThem) {
    const auto viewer = take(SlotKind::viewer, 2);
    auto vod = std::optional(take(SlotKind::vod, 2, kStart + 1s));
    const SlotsFull refused = full(SlotKind::probe, 2, kStart + 2s);
    EXPECT_EQ(refused.budget, 2);
    ASSERT_THAT(refused.holders, SizeIs(2));
    EXPECT_EQ(refused.holders[0].kind, SlotKind::viewer);
    EXPECT_EQ(refused.holders[1].kind, SlotKind::vod);
    EXPECT_EQ(refused.holders[1].since, kStart + 1s);
    EXPECT_FALSE(refused.yield_requested);
    vod.reset();
    (void)take(SlotKind::probe, 2, kStart + 3s);
}

TEST_F(SlotLedgerTest, AccountsDoNotShareABudget) {
    const auto mine = take(SlotKind::viewer, 1);
    const auto other = ledger_.try_take("other", SlotKind::viewer, 1, kStart);
    ASSERT_TRUE(other);
    EXPECT_TRUE(std::holds_alternative<Slot>(*other));
}

TEST_F(SlotLedgerTest, TheBudgetIsTheLeastOfWhatIsKnown) {
    std::vector<Slot> held;
    for (int i = 0; i < 20; ++i) {
        held.push_back(take(SlotKind::viewer, 0));
    }
    held.clear();
    ASSERT_TRUE(ledger_.set_provider_limit("account", 3, kStart));
    for (int i = 0; i < 3; ++i) {
        held.push_back(take(SlotKind::viewer, 5));
    }
    EXPECT_EQ(full(SlotKind::viewer, 5).budget, 3);
    EXPECT_EQ(full(SlotKind::viewer, 2).budget, 2);
    ASSERT_TRUE(ledger_.set_provider_limit("account", 0, kStart));
    EXPECT_EQ(account().provider_limit, std::nullopt);
    held.push_back(take(SlotKind::viewer, 5));
}

TEST_F(SlotLedgerTest, AViewerAsksTheProbeToYieldBeforeTheFilm) {
    const auto vod = take(SlotKind::vod, 3);
    auto probe = std::optional(take(SlotKind::probe, 3));
    const auto viewer = take(SlotKind::viewer, 3);
    EXPECT_FALSE(asked(*probe));
    EXPECT_TRUE(full(SlotKind::viewer, 3).yield_requested);
    EXPECT_TRUE(asked(*probe));
    EXPECT_FALSE(asked(vod));
    EXPECT_FALSE(asked(viewer));
    probe.reset();
    const auto second = take(SlotKind::viewer, 3);
    EXPECT_TRUE(full(SlotKind::viewer, 3).yield_requested);
    EXPECT_TRUE(asked(vod));
}

TEST_F(SlotLedgerTest, AFilmAsksAProbeButNoViewerOrFilm) {
    const auto viewer = take(SlotKind::viewer, 2);
    {
        const auto vod = take(SlotKind::vod, 2);
        EXPECT_FALSE(full(SlotKind::vod, 2).yield_requested);
        EXPECT_FALSE(asked(vod));
    }
    const auto probe = take(SlotKind::probe, 2, kStart + 1min);
    EXPECT_TRUE(full(SlotKind::vod, 2, kStart + 1min).yield_requested);
    EXPECT_TRUE(asked(probe));
    EXPECT_FALSE(asked(viewer));
}

TEST_F(SlotLedgerTest, AskingAgainDoesNotDriveOutAnotherUntilPatienceEnds) {
    const auto older = take(SlotKind::probe, 2);
    const auto younger = take(SlotKind::probe, 2, kStart + 1s);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(full(SlotKind::viewer, 2, kStart + 2s).yield_requested);
    }
    EXPECT_TRUE(asked(younger));
    EXPECT_FALSE(asked(older));
    EXPECT_TRUE(full(SlotKind::viewer, 2, kStart + 2s + kYieldPatience).yield_requested);
    EXPECT_TRUE(asked(older));
}

TEST_F(SlotLedgerTest, WhatAProbeYieldsIsKeptForTheViewerWhoAsked) {
    auto probe = std::optional(take(SlotKind::probe, 1));
    (void)full(SlotKind::viewer, 1);
    probe.reset();
    EXPECT_TRUE(full(SlotKind::probe, 1, kStart + 1s).reserved);
    EXPECT_TRUE(full(SlotKind::vod, 1, kStart + 1s).reserved);
    {
        const auto viewer = take(SlotKind::viewer, 1, kStart + 1s);
    }
    (void)take(SlotKind::probe, 1, kStart + 1s);
}

TEST_F(SlotLedgerTest, AViewerWhoLeftDoesNotKeepAReservation) {
    auto probe = std::optional(take(SlotKind::probe, 1));
    (void)full(SlotKind::viewer, 1);
    probe.reset();
    (void)take(SlotKind::probe, 1, kStart + kReservation);
}

TEST_F(SlotLedgerTest, ALingeringSlotCountsForAllButViewers) {
    ASSERT_TRUE(ledger_.release(take(SlotKind::vod, 1), 30s, kStart));
    const SlotsFull refused = full(SlotKind::probe, 1, kStart + 29s);
    ASSERT_THAT(refused.holders, SizeIs(1));
    EXPECT_EQ(refused.holders[0].lingers_until, kStart + 30s);
    EXPECT_FALSE(refused.yield_requested);
    auto viewer = std::optional(take(SlotKind::viewer, 1, kStart + 1s));
    (void)full(SlotKind::viewer, 1, kStart + 1s);
    viewer.reset();
    (void)take(SlotKind::probe, 1, kStart + 1min);
}

TEST_F(SlotLedgerTest, LingeringEnds) {
    ASSERT_TRUE(ledger_.release(take(SlotKind::vod, 1), 30s, kStart));
    (void)take(SlotKind::probe, 1, kStart + 30s);
    ASSERT_TRUE(ledger_.release(take(SlotKind::vod, 1), 1h, kStart));
    (void)take(SlotKind::probe, 1, kStart + kMaxLinger);
}

TEST_F(SlotLedgerTest, LearnsFromARefusalAndForgetsSlowly) {
    const auto first = take(SlotKind::viewer, 4);
    const auto second = take(SlotKind::viewer, 4);
    ASSERT_TRUE(ledger_.refused(take(SlotKind::viewer, 4), kStart));
    EXPECT_EQ(account().learned_limit, 2);
    EXPECT_EQ(full(SlotKind::viewer, 4).budget, 2);
    const TimePoint later = kStart + kLearnedLimitStep;
    EXPECT_EQ(full(SlotKind::viewer, 4, later - 1s).budget, 2);
    const auto third = take(SlotKind::viewer, 4, later);
    EXPECT_EQ(full(SlotKind::viewer, 4, later).budget, 3);
    const auto fourth = take(SlotKind::viewer, 4, later + kLearnedLimitStep);
    EXPECT_EQ(full(SlotKind::viewer, 4, later + kLearnedLimitStep * 9).budget, 4);
}

TEST_F(SlotLedgerTest, ARefusedLoneConnectionLeavesABudgetOfOne) {
    ASSERT_TRUE(ledger_.refused(take(SlotKind::viewer, 0), kStart));
    const auto one = take(SlotKind::viewer, 0);
    EXPECT_EQ(full(SlotKind::viewer, 0).budget, 1);
}

TEST_F(SlotLedgerTest, TheSlotOfAKilledProcessIsFreeAtTheNextLook) {
    const std::vector<std::string> command = {"slot", directory_.path().string(), "account",
        std::to_string(static_cast<int>(SlotKind::viewer)), "1",
        std::to_string(kStart.time_since_epoch().count())};
    const auto holder = testing::start_helper_until("took", command);
    EXPECT_THAT(full(SlotKind::viewer, 1).holders, SizeIs(1));
    const auto other = testing::start_helper_until("full", command);
    testing::kill_hard(*holder);
    (void)take(SlotKind::viewer, 1);
}

TEST_F(SlotLedgerTest, AnotherLedgerObjectOfTheProcessIsAnotherHolder) {
    auto other = open();
    auto theirs = other.try_take("account", SlotKind::probe, 1, kStart);
    ASSERT_TRUE(theirs);
    EXPECT_TRUE(full(SlotKind::viewer, 1).yield_requested);
    EXPECT_TRUE(*other.asked_to_yield(std::get<Slot>(*theirs)));
}

TEST_F(SlotLedgerTest, SnapshotListsAccountsAndHolders) {
    ASSERT_TRUE(ledger_.set_provider_limit("other", 2, kStart));
    const auto probe = take(SlotKind::probe, 1);
    (void)full(SlotKind::viewer, 1, kStart + 1s);
    const auto accounts = ledger_.snapshot(kStart + 1s);
    ASSERT_TRUE(accounts);
    ASSERT_THAT(*accounts, SizeIs(2));
    EXPECT_EQ((*accounts)[0].account, "account");
    ASSERT_THAT((*accounts)[0].holders, SizeIs(1));
    EXPECT_TRUE((*accounts)[0].holders[0].asked_to_yield);
    EXPECT_EQ(to_string((*accounts)[0].holders[0].kind), "probe");
    EXPECT_EQ((*accounts)[1].provider_limit, 2);
    EXPECT_THAT((*accounts)[1].holders, IsEmpty());
}

TEST_F(SlotLedgerTest, ASlotLostWithTheLedgerIsAskedToYield) {
    const auto slot = take(SlotKind::vod, 1);
    std::filesystem::remove(directory_.path() / "ledger.db");
    EXPECT_TRUE(asked(slot));
}

TEST_F(SlotLedgerTest, WithoutItsHolderFileALedgerShowsItselfAgain) {
    std::filesystem::remove_all(directory_.path() / "holders");
    const auto slot = take(SlotKind::vod, 1);
    auto other = open();
    const auto refused = other.try_take("account", SlotKind::vod, 1, kStart);
    ASSERT_TRUE(refused);
    EXPECT_TRUE(std::holds_alternative<SlotsFull>(*refused));
}

} // namespace
} // namespace plex_tuner::state
