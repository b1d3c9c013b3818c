// SPDX-License-Identifier: GPL-3.0-or-later
// A Redis that answers, but never comes to an end: as good as none.
#include "shared_slots_fixture.hpp"
#include "support/slow_proxy.hpp"

#include <plex_tuner/state/governor_ledger.hpp>

#include <optional>
#include <string>

#include <gmock/gmock.h>

namespace plex_tuner::state {
namespace {

using namespace testing_redis;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Each byte comes long before the time-out of a machine.
constexpr auto kPause = 50ms;

class SlowRedisTest : public SharedSlotsFixture {
protected:
    void SetUp() override {
        SharedSlotsFixture::SetUp();
        if (!IsSkipped()) {
            proxy_.emplace(server_->port());
        }
    }

    [[nodiscard]] CoordinationOptions slow() const {
        CoordinationOptions slow = options();
        slow.redis.port = proxy_->port();
        return slow;
    }

    [[nodiscard]] RedisClient slow_client() const {
        auto connected = RedisClient::connect(slow().redis, 5s);
        if (!connected) {
            throw std::runtime_error(connected.error().message());
        }
        return *std::move(connected);
    }

    std::optional<testing::SlowProxy> proxy_;
};

TEST_F(SlowRedisTest, ItsMachineGoesOnWithItsPart) {
    Machine far(slow());
    Machine near(options());
    ASSERT_TRUE(far.reaches(Phase::together));
    const auto other = near.take();
    ASSERT_TRUE(other);
    ASSERT_EQ(far.counted(), 1U);
    proxy_->trickle(kPause);
    auto held = far.take_all();
    EXPECT_THAT(held, SizeIs(1)) << "half of what the other left";
    EXPECT_TRUE(far.full().alone);
    EXPECT_EQ(far.state().phase, Phase::alone);
    EXPECT_THAT(far.state().reason, HasSubstr("does not answer in time"));
    held.clear();
    EXPECT_TRUE(far.take());
}

TEST_F(SlowRedisTest, AProcessThatStartsWithItIsAlone) {
    proxy_->trickle(kPause);
    Machine far(slow());
    EXPECT_EQ(far.state().phase, Phase::alone);
    EXPECT_THAT(far.state().reason, HasSubstr("does not answer in time"));
    EXPECT_THAT(far.take_all(), SizeIs(1));
}

TEST_F(SlowRedisTest, RequestsGoOnToo) {
    constexpr GovernorLimits kOne{.concurrent = 1, .rate_per_second = 0, .burst = 1};
    const testing::TemporaryDirectory directory;
    auto ledger = GovernorLedger::open(
        {.directory = directory.path(), .random = [] { return 0.5; }, .coordination = slow()});
    ASSERT_TRUE(ledger) << ledger.error().message();
    ASSERT_TRUE(eventually([&] { return ledger->coordination()->phase == Phase::together; }));
    proxy_->trickle(kPause);
    auto acquired = ledger->try_acquire("panel.example:80#joe", kOne, Machine::now(), 1);
    ASSERT_TRUE(acquired) << acquired.error().message();
    EXPECT_TRUE(std::holds_alternative<Permit>(*acquired));
    EXPECT_EQ(ledger->coordination()->phase, Phase::alone);
}

TEST_F(SlowRedisTest, WhileItIsAskedAgainNobodyWaits) {
    // Longer than any test may take.
    CoordinationOptions patient = slow();
    patient.timeout = 1h;
    Machine far(patient);
    ASSERT_TRUE(far.reaches(Phase::together));
    proxy_->be_silent();
    proxy_->drop();
    ASSERT_TRUE(eventually([&] { return proxy_->connections() > 1; }));
    EXPECT_TRUE(far.take());
    EXPECT_EQ(far.state().phase, Phase::alone);
    proxy_.reset(); // or its end would wait, too
}

TEST_F(SlowRedisTest, WhatIsTooLargeForATableOfOursIsNotRead) {
    const std::string slots = "plex-tuner:slots:account";
    Machine machine(options());
    ASSERT_TRUE(machine.reaches(Phase::together));
    const std::string much(2'000'000, 'x');
    tell({"HSET", slots, "field", much});
    EXPECT_THAT(machine.take_all(), SizeIs(3)) << "its part: it was the only one";
    EXPECT_EQ(machine.state().phase, Phase::alone);
    EXPECT_THAT(machine.state().reason, HasSubstr("answers more than"));
    tell({"HDEL", slots, "field"});
    EXPECT_TRUE(machine.reaches(Phase::together));
}

TEST_F(SlowRedisTest, NoRoomIsMadeForWhatAnArrayOnlyPromises) {
    RedisClient client = slow_client();
    proxy_->answer("*2000000000\r\n$1\r\n");
    const auto answered = client.run({{"HGETALL", "plex-tuner:sessions"}});
    ASSERT_FALSE(answered);
    EXPECT_THAT(answered.error().message(), HasSubstr("answers more than"));
}

TEST_F(SlowRedisTest, WhatIsLargeButNotTooLargeComesWhole) {
    const std::string much(500'000, 'x');
    tell({"HSET", "plex-tuner:slots:other", "field", much});
    const auto answered = client().run({{"HGETALL", "plex-tuner:slots:other"}, {"TIME"}});
    ASSERT_TRUE(answered) << answered.error().message();
    ASSERT_THAT(answered->front().items, SizeIs(2));
    EXPECT_EQ(answered->front().items[1].text, much);
}

} // namespace
} // namespace plex_tuner::state
