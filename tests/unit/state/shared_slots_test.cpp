// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that share an account by way of Redis, as long as it is there.
#include "processes.hpp"
#include "shared_slots_fixture.hpp"

#include <atomic>
#include <memory>

#include <gmock/gmock.h>

namespace plex_tuner::state {
namespace {

using namespace testing_redis;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class SharedSlotsTest : public SharedSlotsFixture {
protected:
    void SetUp() override {
        SharedSlotsFixture::SetUp();
        if (!IsSkipped()) {
            one_ = std::make_unique<Machine>(options());
            other_ = std::make_unique<Machine>(options());
            ASSERT_EQ(one_->state().phase, Phase::together) << one_->state().reason;
            ASSERT_EQ(other_->state().phase, Phase::together);
        }
    }

    [[nodiscard]] std::vector<std::string> helper(
        const std::string& directory, std::chrono::milliseconds lease) const {
        return {"shared_slot", directory, "account", std::to_string(server_->port()),
            std::to_string(kBudget), std::to_string(lease.count())};
    }

    std::unique_ptr<Machine> one_;
    std::unique_ptr<Machine> other_;
};

TEST_F(SharedSlotsTest, TwoMachinesTogetherGetNoMoreThanTheBudget) {
    auto first = one_->take();
    auto second = one_->take();
    const auto third = other_->take();
    ASSERT_TRUE(first && second && third);
    const SlotsFull refused = other_->full();
    EXPECT_EQ(refused.budget, kBudget);
    EXPECT_THAT(refused.holders, SizeIs(kBudget));
    EXPECT_FALSE(refused.alone);
    EXPECT_EQ(one_->counted(), 3U) << "each knows of all";
    EXPECT_EQ(other_->counted(), 3U);
    first.reset();
    EXPECT_TRUE(other_->take());
}

TEST_F(SharedSlotsTest, AViewerHereMakesAFilmThereYieldAndGetsWhatItLeaves) {
    auto film = other_->take(SlotKind::vod, 1);
    ASSERT_TRUE(film);
    EXPECT_TRUE(one_->full(SlotKind::viewer, 1).yield_requested);
    EXPECT_TRUE(*other_->ledger().asked_to_yield(*film));
    film.reset();
    EXPECT_TRUE(other_->full(SlotKind::probe, 1).reserved);
    EXPECT_TRUE(one_->take(SlotKind::viewer, 1));
}

TEST_F(SharedSlotsTest, WhatLingersThereCountsHereButForViewers) {
    auto film = other_->take(SlotKind::vod, 1);
    ASSERT_TRUE(other_->ledger().release(*std::move(film), 1min, Machine::now()));
    const SlotsFull refused = one_->full(SlotKind::vod, 1);
    ASSERT_THAT(refused.holders, SizeIs(1));
    EXPECT_TRUE(refused.holders[0].lingers_until);
    EXPECT_TRUE(one_->take(SlotKind::viewer, 1));
}

TEST_F(SharedSlotsTest, LimitsAreThoseOfAllMachines) {
    ASSERT_TRUE(one_->ledger().set_provider_limit("account", 2, Machine::now()));
    auto held = other_->take_all(0);
    EXPECT_THAT(held, SizeIs(2));
    ASSERT_TRUE(one_->ledger().set_provider_limit("account", 0, Machine::now()));
    auto refused = one_->take(SlotKind::viewer, 0);
    ASSERT_TRUE(refused);
    held.pop_back();
    ASSERT_TRUE(one_->ledger().refused(*std::move(refused), Machine::now()));
    EXPECT_EQ(other_->full(SlotKind::viewer, 0).budget, 1) << "it counted what others held";
}

TEST_F(SharedSlotsTest, ManyAtOnceNeverGetMoreThanTheBudget) {
    constexpr int kGrants = 40;
    constexpr int kThreads = 6;
    CoordinationOptions patient = options();
    patient.lease = 10min;
    std::atomic<int> held = 0;
    std::atomic<int> most = 0;
    std::vector<std::thread> threads;
    std::vector<std::unique_ptr<Machine>> machines;
    for (int i = 0; i < kThreads; ++i) {
        machines.push_back(std::make_unique<Machine>(patient));
        ASSERT_EQ(machines.back()->state().phase, Phase::together);
    }
    for (auto& machine : machines) {
        threads.emplace_back([&held, &most, &machine = *machine] {
            for (int wanted = kGrants; wanted > 0;) {
                auto slot = machine.take();
                if (!slot) {
                    continue;
                }
                const int now = ++held;
                int before = most.load();
                while (before < now && !most.compare_exchange_weak(before, now)) {
                }
                std::this_thread::yield();
                --held;
                slot.reset();
                --wanted;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_LE(most.load(), kBudget);
    EXPECT_GE(most.load(), 1);
    EXPECT_EQ(one_->counted(), 0U);
}

TEST_F(SharedSlotsTest, TheSlotOfADeadMachineIsFreeWhenItsLeaseEnds) {
    const testing::TemporaryDirectory third;
    const auto holder = testing::start_helper_until("took", helper(third.path().string(), 2s));
    const auto first = one_->take();
    const auto second = other_->take();
    EXPECT_THAT(one_->full().holders, SizeIs(kBudget));
    testing::kill_hard(*holder);
    EXPECT_TRUE(eventually([&] { return one_->take().has_value(); }));
}

TEST_F(SharedSlotsTest, TheSlotOfADeadProcessOfThisMachineIsFreeAtTheNextLook) {
    const auto holder = testing::start_helper_until("took", helper(one_->directory(), 10min));
    const auto first = one_->take();
    const auto second = one_->take();
    EXPECT_THAT(one_->full().holders, SizeIs(kBudget));
    testing::kill_hard(*holder);
    EXPECT_TRUE(one_->take());
}

TEST_F(SharedSlotsTest, ALedgerThatEndsInOrderLeavesNothingBehind) {
    auto slot = other_->take();
    slot.reset();
    other_.reset();
    EXPECT_EQ(one_->counted(), 0U);
    EXPECT_TRUE(eventually([&] { return one_->state().machines == 1; }));
}

TEST_F(SharedSlotsTest, RubbishInTheTableCountsForNothing) {
    tell({"HSET", "plex-tuner:slots:account", "account", "\xff x", "slot:1", "9 9 9", "slot:2",
        "0 5 - - - -", "slot:3", "0 5 - 99999999999999999 - -", "other", "1"});
    tell({"HSET", "plex-tuner:sessions", "x", "y", "z", "- 99999999999999999999"});
    EXPECT_EQ(one_->counted(), 0U);
    EXPECT_THAT(one_->take_all(), SizeIs(kBudget));
}

TEST_F(SharedSlotsTest, AKeyOfAnotherKindIsNamedAndTheMachineGoesOnAlone) {
    tell({"SET", "plex-tuner:slots:account", "mine"});
    ASSERT_TRUE(one_->reaches(Phase::alone));
    EXPECT_THAT(one_->state().reason, HasSubstr("WRONGTYPE"));
    const auto mine = one_->take_all();
    EXPECT_THAT(mine, Not(SizeIs(0)));
    EXPECT_TRUE(one_->full().alone);
    tell({"DEL", "plex-tuner:slots:account"});
    EXPECT_TRUE(one_->reaches(Phase::together));
}

class LockedRedisTest : public ::testing::Test {};

TEST_F(LockedRedisTest, AWrongPasswordIsSaidWithoutSayingIt) {
    if (!testing::RedisServer::is_installed()) {
        GTEST_SKIP() << "redis-server is not installed";
    }
    const testing::RedisServer server({"--requirepass", "secret-one"});
    CoordinationOptions options;
    options.redis.port = server.port();
    options.lease = 10ms;
    options.heartbeat = 10ms;
    options.redis.password = Secret("hunter2");
    Machine machine(options);
    EXPECT_EQ(machine.state().phase, Phase::alone);
    EXPECT_THAT(machine.state().reason, HasSubstr("does not take user and password (WRONGPASS)"));
    EXPECT_THAT(machine.state().reason, Not(HasSubstr("hunter2")));
    EXPECT_THAT(machine.take_all(), SizeIs(1)) << "a machine that never met others takes one";
    options.redis.password = Secret();
    machine.open(options);
    EXPECT_THAT(machine.state().reason, HasSubstr("NOAUTH"));
    options.redis.password = Secret("secret-one");
    machine.open(options);
    EXPECT_TRUE(machine.reaches(Phase::together)) << machine.state().reason;
    options.redis.user = "default";
    options.redis.database = 3;
    machine.open(options);
    EXPECT_TRUE(machine.reaches(Phase::together)) << machine.state().reason;
}

} // namespace
} // namespace plex_tuner::state
