// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_client.hpp"
#include "redis_table.hpp"
#include "support/redis_server.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/slot_ledger.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::state::testing_redis {

using namespace std::chrono_literals;
using Phase = CoordinationState::Phase;

inline constexpr int kBudget = 3;

/// Waits until `happened`; false: it never did.
template <class Happened>
[[nodiscard]] bool eventually(Happened happened) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!happened()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

/// A machine is a directory: what is shared within one is in its ledger.db.
class Machine {
public:
    explicit Machine(CoordinationOptions options) { open(std::move(options)); }

    void open(CoordinationOptions options) {
        ledger_.reset();
        auto opened = SlotLedger::open(directory_.path(), std::move(options));
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        ledger_ = *std::move(opened);
    }

    [[nodiscard]] std::variant<Slot, SlotsFull> ask(
        SlotKind kind = SlotKind::viewer, int configured = kBudget) {
        auto taken = ledger_->try_take("account", kind, configured, now());
        if (!taken) {
            throw std::runtime_error(taken.error().message());
        }
        return std::move(*taken);
    }

    [[nodiscard]] std::optional<Slot> take(
        SlotKind kind = SlotKind::viewer, int configured = kBudget) {
        auto answer = ask(kind, configured);
        auto* slot = std::get_if<Slot>(&answer);
        return slot == nullptr ? std::nullopt : std::optional(std::move(*slot));
    }

    [[nodiscard]] SlotsFull full(SlotKind kind = SlotKind::viewer, int configured = kBudget) {
        return std::get<SlotsFull>(ask(kind, configured));
    }

    /// As many as it gets.
    [[nodiscard]] std::vector<Slot> take_all(int configured = kBudget) {
        std::vector<Slot> slots;
        while (auto slot = take(SlotKind::viewer, configured)) {
            slots.push_back(*std::move(slot));
        }
        return slots;
    }

    [[nodiscard]] CoordinationState state() const { return *ledger_->coordination(); }

    [[nodiscard]] bool reaches(Phase phase) const {
        return eventually([&] { return state().phase == phase; });
    }

    [[nodiscard]] std::size_t counted() {
        for (const AccountSlots& account : *ledger_->snapshot(now())) {
            if (account.account == "account") {
                return account.holders.size();
            }
        }
        return 0;
    }

    [[nodiscard]] static TimePoint now() {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }

    [[nodiscard]] SlotLedger& ledger() { return *ledger_; }

    [[nodiscard]] std::string directory() const { return directory_.path().string(); }

private:
    testing::TemporaryDirectory directory_;
    std::optional<SlotLedger> ledger_;
};

class SharedSlotsFixture : public ::testing::Test {
protected:
    void SetUp() override {
        if (!testing::RedisServer::is_installed()) {
            GTEST_SKIP() << "redis-server is not installed";
        }
        server_.emplace();
        age_table();
    }

    /// As if the server had run for long: a new table is not trusted at once.
    void age_table() {
        RedisClient table = client();
        ASSERT_TRUE(table_age(table));
        tell({"HSET", "plex-tuner:table", "since", "0"});
    }

    void tell(RedisCommand command) {
        const auto answered = client().run({std::move(command)});
        ASSERT_TRUE(answered) << answered.error().message();
    }

    [[nodiscard]] RedisClient client() const {
        auto connected = RedisClient::connect(options().redis, 5s);
        if (!connected) {
            throw std::runtime_error(connected.error().message());
        }
        return *std::move(connected);
    }

    [[nodiscard]] CoordinationOptions options() const {
        CoordinationOptions options;
        options.redis.port = server_->port();
        options.accounts = {"account"};
        options.heartbeat = 20ms;
        options.lease = 2s;
        options.timeout = 500ms;
        return options;
    }

    std::optional<testing::RedisServer> server_;
};

} // namespace plex_tuner::state::testing_redis
