// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that ask one provider: requests and what was learnt of it are everybody's.
#include "processes.hpp"
#include "shared_slots_fixture.hpp"

#include <plex_tuner/state/governor_ledger.hpp>

#include <algorithm>
#include <memory>

#include <gmock/gmock.h>

namespace plex_tuner::state {
namespace {

using namespace testing_redis;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kKey = "panel.example:80#joe";
constexpr const char* kRow = "plex-tuner:requests:panel.example:80#joe";
constexpr GovernorLimits kTwoAtATime{.concurrent = 2, .rate_per_second = 0, .burst = 1};

/// A machine is a directory, as in the tests of slots.
class Asker {
public:
    explicit Asker(CoordinationOptions options) { open(std::move(options)); }

    void open(CoordinationOptions options) {
        ledger_.reset();
        auto opened = GovernorLedger::open({.directory = directory_.path(),
            .random = [] { return 0.5; },
            .coordination = std::move(options)});
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        ledger_ = *std::move(opened);
    }

    [[nodiscard]] std::variant<Permit, Wait> ask(
        const GovernorLimits& limits = kTwoAtATime, int requests = 1) {
        auto acquired = ledger_->try_acquire(kKey, limits, Machine::now(), requests);
        if (!acquired) {
            throw std::runtime_error(acquired.error().message());
        }
        return std::move(*acquired);
    }

    [[nodiscard]] std::optional<Permit> acquire(const GovernorLimits& limits = kTwoAtATime) {
        auto answer = ask(limits);
        auto* permit = std::get_if<Permit>(&answer);
        return permit == nullptr ? std::nullopt : std::optional(std::move(*permit));
    }

    /// Why there is none.
    [[nodiscard]] std::string refusal(const GovernorLimits& limits = kTwoAtATime) {
        const auto answer = ask(limits);
        const auto* wait = std::get_if<Wait>(&answer);
        return wait == nullptr ? "granted" : std::string(to_string(wait->reason));
    }

    void report(Permit permit, const Outcome& outcome) {
        const auto noted = ledger_->report(std::move(permit), outcome, Machine::now());
        ASSERT_TRUE(noted) << noted.error().message();
    }

    /// A request that ended so.
    void learn(const Outcome& outcome) {
        auto permit = acquire();
        ASSERT_TRUE(permit);
        report(*std::move(permit), outcome);
    }

    [[nodiscard]] GovernorStatus status() {
        const auto statuses = *ledger_->snapshot(Machine::now());
        const auto found = std::ranges::find(statuses, kKey, &GovernorStatus::key);
        return found == statuses.end() ? GovernorStatus{} : *found;
    }

    [[nodiscard]] CoordinationState state() const { return *ledger_->coordination(); }

    [[nodiscard]] bool reaches(Phase phase) const {
        return eventually([&] { return state().phase == phase; });
    }

    [[nodiscard]] std::string directory() const { return directory_.path().string(); }

private:
    testing::TemporaryDirectory directory_;
    std::optional<GovernorLedger> ledger_;
};

class SharedGovernorTest : public SharedSlotsFixture {
protected:
    void SetUp() override {
        SharedSlotsFixture::SetUp();
        if (!IsSkipped()) {
            one_ = std::make_unique<Asker>(options());
            other_ = std::make_unique<Asker>(options());
            ASSERT_TRUE(eventually(
                [&] { return one_->state().machines == 2 && other_->state().machines == 2; }));
        }
    }

    [[nodiscard]] bool both_reach(Phase phase) const {
        return one_->reaches(phase) && other_->reaches(phase);
    }

    std::unique_ptr<Asker> one_;
    std::unique_ptr<Asker> other_;
};

constexpr Outcome kLater{.status = 429, .retry_after = std::chrono::minutes(10)};

TEST_F(SharedGovernorTest, PermitsOfAllMachinesCount) {
    auto first = one_->acquire();
    auto second = other_->acquire();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(one_->refusal(), "concurrency");
    EXPECT_EQ(other_->refusal(), "concurrency");
    EXPECT_EQ(one_->status().in_flight, 2);
    second.reset();
    EXPECT_TRUE(one_->acquire());
    other_->report(*std::move(first), {.status = 200});
    EXPECT_EQ(other_->status().last_status, 200);
}

TEST_F(SharedGovernorTest, ABurstIsSpentOnce) {
    const GovernorLimits limits{.concurrent = 10, .rate_per_second = 0.001, .burst = 3};
    const auto first = one_->acquire(limits);
    const auto second = other_->acquire(limits);
    const auto third = one_->acquire(limits);
    ASSERT_TRUE(first && second && third);
    EXPECT_EQ(one_->refusal(limits), "rate");
    EXPECT_EQ(other_->refusal(limits), "rate");
}

TEST_F(SharedGovernorTest, RequestsInARowAreSpentAtOnce) {
    const GovernorLimits limits{.concurrent = 10, .rate_per_second = 0.001, .burst = 3};
    const auto row = one_->ask(limits, 3);
    ASSERT_TRUE(std::holds_alternative<Permit>(row));
    EXPECT_EQ(other_->refusal(limits), "rate");
}

TEST_F(SharedGovernorTest, WhomAProviderTellsToComeLaterTellsAll) {
    one_->learn(kLater);
    EXPECT_EQ(other_->refusal(), "retry-after");
    const auto wait = std::get<Wait>(other_->ask());
    EXPECT_GT(wait.until, Machine::now() + 5min);
    EXPECT_LE(wait.until, Machine::now() + 10min);
    EXPECT_EQ(other_->status().cool_down->reason, WaitReason::retry_after);
    EXPECT_EQ(other_->status().last_status, 429);
}

TEST_F(SharedGovernorTest, OneMachineTriesWhetherTheProviderIsBack) {
    // Five failures, and the time to wait is over.
    tell({"HSET", kRow, "governor", "1000000 1 1 4 5 1 1 500"});
    const auto trial = one_->acquire();
    ASSERT_TRUE(trial && trial->is_trial());
    EXPECT_EQ(other_->refusal(), "trial running");
    EXPECT_EQ(other_->status().breaker, BreakerState::half_open);
}

TEST_F(SharedGovernorTest, WhatAMachineHeldIsFreeWhenItsLeaseEnds) {
    const auto killed = testing::start_helper_until(
        "granted", {"shared_permit", testing::TemporaryDirectory().path().string(), kKey,
                       std::to_string(server_->port()), "1", "1000"});
    ASSERT_EQ(one_->refusal({.concurrent = 1}), "concurrency");
    testing::kill_hard(*killed);
    EXPECT_TRUE(eventually([&] { return one_->acquire({.concurrent = 1}).has_value(); }));
}

TEST_F(SharedGovernorTest, RubbishInTheTableIsNoRow) {
    tell({"HSET", kRow, "governor", "x", "permit:1", "2", "permit:2", "- 0", "other", "1"});
    EXPECT_TRUE(one_->acquire());
    EXPECT_EQ(one_->status().in_flight, 0);
}

TEST_F(SharedGovernorTest, AProviderIsLeftAloneWithoutRedisToo) {
    EXPECT_TRUE(other_->acquire()); // has to do with it
    one_->learn(kLater);
    ASSERT_TRUE(eventually([&] { return other_->status().cool_down.has_value(); }));
    server_->kill();
    EXPECT_EQ(other_->refusal(), "retry-after");
    EXPECT_EQ(one_->refusal(), "retry-after");
    EXPECT_EQ(one_->state().phase, Phase::alone);
    EXPECT_THAT(one_->state().reason, HasSubstr(std::to_string(server_->port())));
    one_->open(options());
    EXPECT_EQ(one_->refusal(), "retry-after") << "nor by who starts then";
}

TEST_F(SharedGovernorTest, WhoComesNewHearsWhatRedisKnowsBeforeItIsTrusted) {
    one_->learn(kLater);
    CoordinationOptions patient = options();
    patient.lease = 1h;
    tell({"HSET", "plex-tuner:table", "run", "another", "since", "0"}); // as after a restart
    Asker third(patient);
    ASSERT_TRUE(third.reaches(Phase::returning));
    EXPECT_EQ(third.refusal(), "retry-after");
}

TEST_F(SharedGovernorTest, WhatAMachineLearntAloneAllLearnAfterwards) {
    server_->kill();
    ASSERT_TRUE(both_reach(Phase::alone));
    one_->learn(kLater);
    EXPECT_EQ(other_->refusal(), "granted") << "it cannot know";
    server_->start();
    ASSERT_TRUE(both_reach(Phase::together));
    EXPECT_EQ(other_->refusal(), "retry-after");
}

TEST_F(SharedGovernorTest, AnEmptyRedisIsToldWhatIsHeldAndKnown) {
    const auto held = one_->acquire();
    const auto others = other_->acquire();
    ASSERT_TRUE(held && others);
    server_->kill();
    ASSERT_TRUE(both_reach(Phase::alone));
    server_->start();
    ASSERT_TRUE(both_reach(Phase::together));
    EXPECT_EQ(one_->refusal(), "concurrency");
    EXPECT_EQ(other_->refusal(), "concurrency");
}

TEST_F(SharedGovernorTest, WhatSomebodyDeletesInRedisIsThereAgain) {
    const auto held = one_->acquire();
    ASSERT_TRUE(held);
    one_->learn(kLater);
    tell({"FLUSHALL"});
    EXPECT_EQ(one_->refusal(), "retry-after");
    EXPECT_EQ(other_->refusal(), "retry-after");
    EXPECT_TRUE(eventually([&] { return other_->status().in_flight == 1; }));
}

TEST_F(SharedGovernorTest, WhatWasGivenBackMeanwhileIsFreeAfterwards) {
    auto held = one_->acquire();
    auto more = one_->acquire();
    ASSERT_TRUE(held && more);
    ASSERT_EQ(other_->refusal(), "concurrency");
    ASSERT_EQ(other_->status().in_flight, 2);
    server_->freeze();
    held.reset(); // finds out that Redis does not answer
    EXPECT_EQ(one_->state().phase, Phase::alone);
    more.reset();
    server_->thaw();
    ASSERT_TRUE(both_reach(Phase::together));
    EXPECT_TRUE(eventually([&] { return other_->status().in_flight == 0; }));
}

TEST_F(SharedGovernorTest, MachinesThatAreAloneHaveTheirPartOfPermitsAndBurst) {
    const GovernorLimits limits{.concurrent = 4, .rate_per_second = 0, .burst = 1};
    const auto shared = one_->acquire(limits); // all know of all
    ASSERT_TRUE(shared);
    server_->kill();
    std::vector<Permit> permits;
    for (Asker* asker : {one_.get(), other_.get()}) {
        while (auto permit = asker->acquire(limits)) {
            permits.push_back(*std::move(permit));
        }
    }
    EXPECT_THAT(permits, SizeIs(3)) << "and what one held already";
}

TEST_F(SharedGovernorTest, NobodyHasABurstLeftWhenRedisGoes) {
    const GovernorLimits limits{.concurrent = 10, .rate_per_second = 0.001, .burst = 2};
    const auto first = one_->acquire(limits);
    const auto second = one_->acquire(limits);
    ASSERT_TRUE(first && second);
    server_->kill();
    EXPECT_EQ(one_->refusal(limits), "rate");
    EXPECT_EQ(other_->refusal(limits), "rate") << "who never asked does not know either";
    EXPECT_EQ(other_->refusal(limits), "rate");
}

TEST_F(SharedGovernorTest, WhoNeverMetOthersTakesAQuarter) {
    server_->kill();
    Asker third(options());
    const GovernorLimits limits{.concurrent = 8, .rate_per_second = 0, .burst = 1};
    std::vector<Permit> permits;
    while (auto permit = third.acquire(limits)) {
        permits.push_back(*std::move(permit));
    }
    EXPECT_THAT(permits, SizeIs(2));
}

/// Asks all the time, as a process of its own; see helper.cpp.
class Hungry {
public:
    Hungry(std::uint16_t port, const std::string& rate, const std::string& burst)
        : process_(testing::start_helper({"shared_requests", directory_.path().string(), kKey,
              std::to_string(port), rate, burst})) {}

    [[nodiscard]] std::size_t grants() const {
        const std::string text = process_->stderr_text();
        return static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }

    [[nodiscard]] bool gets_more(std::size_t count) const {
        const std::size_t before = grants();
        return eventually([&] { return grants() >= before + count; });
    }

    void kill() { testing::kill_hard(*process_); }

private:
    testing::TemporaryDirectory directory_;
    std::unique_ptr<testing::ChildProcess> process_;
};

TEST_F(SharedGovernorTest, TwoProcessesStayWithinOneRateWhateverBecomesOfRedis) {
    constexpr double kRate = 20;
    constexpr double kBurst = 4;
    one_.reset(); // or the rate is that of four
    other_.reset();
    const auto began = std::chrono::steady_clock::now();
    Hungry one(server_->port(), "20", "4");
    Hungry other(server_->port(), "20", "4");
    EXPECT_TRUE(one.gets_more(10));
    EXPECT_TRUE(other.gets_more(10));
    server_->kill();
    EXPECT_TRUE(one.gets_more(10));
    EXPECT_TRUE(other.gets_more(10));
    server_->start();
    EXPECT_TRUE(one.gets_more(20));
    EXPECT_TRUE(other.gets_more(20));
    server_->freeze();
    EXPECT_TRUE(one.gets_more(10));
    EXPECT_TRUE(other.gets_more(10));
    server_->thaw();
    EXPECT_TRUE(one.gets_more(10));
    EXPECT_TRUE(other.gets_more(10));
    one.kill();
    other.kill();
    // What was granted has been said before this clock is read.
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    EXPECT_LE(static_cast<double>(one.grants() + other.grants()), kBurst + kRate * took.count());
}

} // namespace
} // namespace plex_tuner::state
