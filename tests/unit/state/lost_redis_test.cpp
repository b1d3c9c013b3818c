// SPDX-License-Identifier: GPL-3.0-or-later
// What machines that share an account do when Redis goes, and when it comes back.
#include "shared_slots_fixture.hpp"

#include <memory>
#include <mutex>

#include <gmock/gmock.h>

namespace plex_tuner::state {
namespace {

using namespace testing_redis;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class LostRedisTest : public SharedSlotsFixture {
protected:
    void SetUp() override {
        SharedSlotsFixture::SetUp();
        if (!IsSkipped()) {
            one_ = std::make_unique<Machine>(options());
            other_ = std::make_unique<Machine>(options());
            ASSERT_TRUE(know_each_other());
        }
    }

    /// Both have looked at the account since the last change.
    [[nodiscard]] bool know_each_other() const {
        static_cast<void>(one_->counted());
        static_cast<void>(other_->counted());
        return one_->state().machines == 2 && other_->state().machines == 2;
    }

    [[nodiscard]] bool both_reach(Phase phase) const {
        return one_->reaches(phase) && other_->reaches(phase);
    }

    std::unique_ptr<Machine> one_;
    std::unique_ptr<Machine> other_;
};

TEST_F(LostRedisTest, MachinesThatAreAloneStayWithinTheBudgetTogether) {
    const auto held = one_->take();
    ASSERT_TRUE(know_each_other());
    server_->kill();
    const auto more = one_->take_all();
    const auto others = other_->take_all();
    EXPECT_EQ(1 + more.size() + others.size(), 3U) << "each has its part, and nothing is wasted";
    EXPECT_THAT(others, SizeIs(1));
    EXPECT_TRUE(one_->full().alone);
    EXPECT_EQ(one_->state().phase, Phase::alone);
    EXPECT_THAT(one_->state().reason, HasSubstr(std::to_string(server_->port())));
}

TEST_F(LostRedisTest, WhoHeldAllKeepsAllAndMayReplaceIt) {
    auto held = one_->take_all();
    ASSERT_THAT(held, SizeIs(3));
    ASSERT_TRUE(know_each_other());
    server_->kill();
    EXPECT_THAT(other_->take_all(), SizeIs(0));
    held.pop_back();
    EXPECT_THAT(other_->take_all(), SizeIs(0)) << "it cannot know";
    EXPECT_THAT(one_->take_all(), SizeIs(1));
}

TEST_F(LostRedisTest, AnEmptyRedisIsToldWhatIsHeldBeforeAnybodyGetsMore) {
    auto held = one_->take_all();
    held.pop_back();
    ASSERT_TRUE(know_each_other());
    server_->kill();
    ASSERT_TRUE(both_reach(Phase::alone));
    server_->start();
    ASSERT_TRUE(other_->reaches(Phase::returning));
    auto others = other_->take_all();
    const auto more = one_->take_all();
    EXPECT_EQ(held.size() + more.size() + others.size(), 3U);
    ASSERT_TRUE(both_reach(Phase::together));
    EXPECT_EQ(other_->counted(), 3U);
    EXPECT_FALSE(other_->full().alone);
    held.pop_back();
    EXPECT_TRUE(other_->take());
}

TEST_F(LostRedisTest, AMachineThatComesNewToAnEmptyRedisTakesNothingOfOthers) {
    const auto held = one_->take_all();
    server_->kill();
    ASSERT_TRUE(both_reach(Phase::alone));
    server_->start();
    ASSERT_TRUE(one_->reaches(Phase::returning));
    ASSERT_TRUE(eventually([&] {
        auto third = Machine(options());
        return third.full().holders.size() == 3;
    }));
}

TEST_F(LostRedisTest, WhatWasGivenBackMeanwhileIsFreeAfterwards) {
    auto held = one_->take_all();
    server_->freeze();
    held.clear(); // finds out that Redis does not answer
    EXPECT_EQ(one_->state().phase, Phase::alone);
    ASSERT_TRUE(other_->reaches(Phase::alone));
    server_->thaw();
    ASSERT_TRUE(both_reach(Phase::together));
    EXPECT_EQ(other_->counted(), 0U);
    EXPECT_THAT(other_->take_all(), SizeIs(3));
}

TEST_F(LostRedisTest, TooManyOnReturnKeepTheirSlotsAndNobodyGetsMore) {
    CoordinationOptions greedy = options();
    greedy.share = 2;
    one_->open(greedy);
    other_->open(greedy);
    server_->kill();
    auto held = one_->take_all();
    auto others = other_->take_all();
    EXPECT_THAT(held, SizeIs(2));
    EXPECT_THAT(others, SizeIs(2));
    server_->start();
    ASSERT_TRUE(both_reach(Phase::together));
    EXPECT_EQ(one_->full().holders.size(), 4U);
    EXPECT_FALSE(*one_->ledger().asked_to_yield(held[0]));
    held.pop_back();
    EXPECT_FALSE(one_->take()) << "three are in use now";
    others.pop_back();
    EXPECT_TRUE(one_->take());
}

TEST_F(LostRedisTest, ALookOutlivesTheProcess) {
    const auto held = other_->take_all();
    ASSERT_THAT(held, SizeIs(3));
    ASSERT_TRUE(know_each_other());
    server_->kill();
    one_->open(options());
    EXPECT_EQ(one_->state().phase, Phase::alone);
    EXPECT_THAT(one_->take_all(), SizeIs(0)) << "the other had all of them";
}

TEST_F(LostRedisTest, AFilmYieldsToAViewerOfItsMachineMeanwhile) {
    const auto first = other_->take();
    const auto second = other_->take();
    const auto film = one_->take(SlotKind::vod);
    ASSERT_TRUE(film);
    ASSERT_TRUE(know_each_other());
    server_->kill();
    EXPECT_TRUE(one_->full().yield_requested);
    EXPECT_TRUE(*one_->ledger().asked_to_yield(*film));
    EXPECT_FALSE(other_->full().yield_requested);
}

TEST_F(LostRedisTest, EachChangeIsToldOnce) {
    std::mutex mutex;
    std::vector<Phase> told;
    CoordinationOptions listening = options();
    listening.on_change = [&](const CoordinationState& state) {
        const std::scoped_lock lock(mutex);
        told.push_back(state.phase);
    };
    const auto count = [&] {
        const std::scoped_lock lock(mutex);
        return told.size();
    };
    Machine third(listening);
    server_->kill();
    ASSERT_TRUE(eventually([&] { return count() == 2; }));
    server_->start();
    ASSERT_TRUE(third.reaches(Phase::together));
    ASSERT_TRUE(eventually([&] { return count() == 4; }));
    EXPECT_THAT(
        told, ElementsAre(Phase::together, Phase::alone, Phase::returning, Phase::together));
}

} // namespace
} // namespace plex_tuner::state
