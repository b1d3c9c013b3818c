// SPDX-License-Identifier: GPL-3.0-or-later
#include "board.hpp"
#include "processes.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/governor_ledger.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using namespace std::chrono_literals;
using testing::kill_hard;
using testing::start_helper;
using testing::start_helper_until;

constexpr int kProcesses = 14;
constexpr TimePoint kStart{std::chrono::seconds(1'704'067'200)};
constexpr GovernorLimits kOne{.concurrent = 1, .rate_per_second = 0, .burst = 1};

class GovernorProcessesTest : public ::testing::Test {
protected:
    GovernorProcessesTest() : ledger_(open()) {}

    [[nodiscard]] GovernorLedger open() const {
        return *GovernorLedger::open({.directory = directory_.path(), .random = [] {
                                          return 0.5;
                                      }});
    }

    [[nodiscard]] std::vector<std::string> permit_command(TimePoint now, int concurrent = 1) const {
        return {"permit", directory_.path().string(), "provider", std::to_string(concurrent),
            std::to_string(now.time_since_epoch().count())};
    }

    [[nodiscard]] std::variant<Permit, Wait> ask(TimePoint now) {
        return *ledger_.try_acquire("provider", kOne, now);
    }

    /// Lets the breaker open; returns when it is half open.
    [[nodiscard]] TimePoint open_breaker() {
        TimePoint now = kStart;
        for (int i = 0; i < kBreakerFailures; ++i) {
            EXPECT_TRUE(ledger_.report(std::get<Permit>(ask(now)), {.status = 500}, now));
            now = std::get<Wait>(ask(now)).until;
        }
        return now;
    }

    testing::TemporaryDirectory directory_;
    GovernorLedger ledger_;
};

TEST_F(GovernorProcessesTest, ThePermitOfAKilledProcessIsFreeAtTheNextLook) {
    const auto holder = start_helper_until("granted", permit_command(kStart));
    EXPECT_EQ(std::get<Wait>(ask(kStart)).reason, WaitReason::concurrency);
    kill_hard(*holder);
    EXPECT_TRUE(std::holds_alternative<Permit>(ask(kStart)));
}

TEST_F(GovernorProcessesTest, TheSnapshotCountsOnlyTheLiving) {
    const auto first = start_helper_until("granted", permit_command(kStart, 2));
    const auto second = start_helper_until("granted", permit_command(kStart, 2));
    EXPECT_EQ(ledger_.snapshot(kStart)->front().in_flight, 2);
    kill_hard(*first);
    EXPECT_EQ(ledger_.snapshot(kStart)->front().in_flight, 1);
    const std::filesystem::directory_iterator holders(directory_.path() / "holders");
    EXPECT_EQ(std::distance(begin(holders), end(holders)), 2);
}

TEST_F(GovernorProcessesTest, ExactlyOneOfManyTriesAProviderThatMayBeBack) {
    const TimePoint again = open_breaker();
    std::vector<std::unique_ptr<testing::ChildProcess>> children;
    for (int i = 0; i < kProcesses; ++i) {
        children.push_back(start_helper(permit_command(again, kProcesses)));
    }
    int trials = 0;
    int waiting = 0;
    for (const auto& child : children) {
        ASSERT_TRUE(child->wait_for_line({""}));
        trials += child->stderr_text().starts_with("granted trial") ? 1 : 0;
        waiting += child->stderr_text().starts_with("waits: trial running") ? 1 : 0;
    }
    EXPECT_EQ(trials, 1);
    EXPECT_EQ(waiting, kProcesses - 1);
}

TEST_F(GovernorProcessesTest, WhenTheOneWhoTriesIsKilledAnotherDoes) {
    const TimePoint again = open_breaker();
    const auto trial = start_helper_until("granted trial", permit_command(again));
    EXPECT_EQ(std::get<Wait>(ask(again)).reason, WaitReason::trial);
    kill_hard(*trial);
    EXPECT_TRUE(std::get<Permit>(ask(again)).is_trial());
}

TEST_F(GovernorProcessesTest, FourteenProcessesKeepConcurrencyAndRateTogether) {
    constexpr int kRequests = 10;
    constexpr int kConcurrent = 2;
    constexpr int kRate = 100;
    constexpr int kBurst = 5;
    const auto board_file = directory_.path() / "board";
    const testing::SharedBoard board(board_file);
    std::vector<std::unique_ptr<testing::ChildProcess>> children;
    for (int i = 0; i < kProcesses; ++i) {
        children.push_back(start_helper(
            {"contend", directory_.path().string(), board_file.string(), std::to_string(kRequests),
                std::to_string(kConcurrent), std::to_string(kRate), std::to_string(kBurst)}));
    }
    for (const auto& child : children) {
        ASSERT_EQ(child->wait(60s), 0) << child->stderr_text();
    }
    EXPECT_EQ(board->grants, kProcesses * kRequests);
    EXPECT_LE(board->most_in_flight, kConcurrent);
    const double seconds = static_cast<double>(board->clock_us.load()) / 1e6;
    EXPECT_LE(board->grants, kBurst + kRate * seconds);
}

TEST_F(GovernorProcessesTest, ThreadsShareALedgerObject) {
    constexpr int kThreads = 4;
    constexpr int kRequests = 25;
    std::atomic<int> in_flight = 0;
    std::atomic<int> most = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int wanted = kRequests; wanted > 0;) {
                auto acquired = ask(kStart);
                if (auto* granted = std::get_if<Permit>(&acquired)) {
                    const int now = in_flight.fetch_add(1) + 1;
                    most.store(std::max(most.load(), now));
                    std::this_thread::yield();
                    in_flight.fetch_sub(1);
                    EXPECT_TRUE(ledger_.report(std::move(*granted), {.status = 200}, kStart));
                    --wanted;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(most, 1);
}

} // namespace
} // namespace plex_tuner::state
