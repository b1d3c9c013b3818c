// SPDX-License-Identifier: GPL-3.0-or-later
// Another process of the machine, for tests: takes what it is told to take, says on stderr what it
// got, and keeps it until it is killed.
#include "board.hpp"

#include <plex_tuner/state/detail_store.hpp>
#include <plex_tuner/state/governor_ledger.hpp>
#include <plex_tuner/state/slot_ledger.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sched.h>
#include <unistd.h>

namespace {

using namespace plex_tuner;
using namespace plex_tuner::state;

using Arguments = std::vector<std::string>;

[[noreturn]] void die(const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.message().c_str());
    ::_exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) {
        die(result.error());
    }
    return std::move(*result);
}

void say_and_stay(std::string_view text) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    while (true) {
        ::pause();
    }
}

TimePoint microseconds(const std::string& text) {
    return TimePoint(std::chrono::microseconds(std::stoll(text)));
}

GovernorLedger open_governor(const std::string& directory) {
    return must(GovernorLedger::open({.directory = directory, .random = [] {
                                          return 0.5;
                                      }}));
}

/// permit DIRECTORY KEY CONCURRENT NOW
void permit(const Arguments& arguments) {
    auto ledger = open_governor(arguments.at(2));
    auto acquired = must(ledger.try_acquire(arguments.at(3),
        {.concurrent = std::stoi(arguments.at(4)), .rate_per_second = 0, .burst = 1},
        microseconds(arguments.at(5))));
    if (const auto* wait = std::get_if<Wait>(&acquired)) {
        say_and_stay("waits: " + std::string(to_string(wait->reason)));
    }
    say_and_stay(std::get<Permit>(acquired).is_trial() ? "granted trial" : "granted");
}

/// slot DIRECTORY ACCOUNT KIND CONFIGURED NOW
void slot(const Arguments& arguments) {
    auto ledger = must(SlotLedger::open(arguments.at(2)));
    const auto kind = static_cast<SlotKind>(std::stoi(arguments.at(4)));
    auto taken = must(ledger.try_take(
        arguments.at(3), kind, std::stoi(arguments.at(5)), microseconds(arguments.at(6))));
    say_and_stay(std::holds_alternative<Slot>(taken) ? "took" : "full");
}

/// shared_slot DIRECTORY ACCOUNT REDIS_PORT CONFIGURED LEASE_MS
void shared_slot(const Arguments& arguments) {
    CoordinationOptions options;
    options.redis.port = static_cast<std::uint16_t>(std::stoi(arguments.at(4)));
    options.lease = std::chrono::milliseconds(std::stoi(arguments.at(6)));
    auto ledger = must(SlotLedger::open(arguments.at(2), options));
    const auto taken =
        must(ledger.try_take(arguments.at(3), SlotKind::viewer, std::stoi(arguments.at(5)),
            std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())));
    say_and_stay(std::holds_alternative<Slot>(taken) ? "took" : "full");
}

CoordinationOptions coordination(const std::string& port) {
    CoordinationOptions options;
    options.redis.port = static_cast<std::uint16_t>(std::stoi(port));
    options.heartbeat = std::chrono::milliseconds(20);
    options.lease = std::chrono::seconds(2);
    options.timeout = std::chrono::milliseconds(500);
    return options;
}

TimePoint wall_clock() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// shared_permit DIRECTORY KEY REDIS_PORT CONCURRENT LEASE_MS
void shared_permit(const Arguments& arguments) {
    CoordinationOptions options = coordination(arguments.at(4));
    options.lease = std::chrono::milliseconds(std::stoi(arguments.at(6)));
    auto ledger = must(GovernorLedger::open(
        {.directory = arguments.at(2), .random = [] { return 0.5; }, .coordination = options}));
    const auto acquired = must(ledger.try_acquire(
        arguments.at(3), {.concurrent = std::stoi(arguments.at(5))}, wall_clock()));
    say_and_stay(std::holds_alternative<Permit>(acquired) ? "granted" : "waits");
}

/// shared_requests DIRECTORY KEY REDIS_PORT RATE BURST: a line for each, without end.
void shared_requests(const Arguments& arguments) {
    auto ledger = must(GovernorLedger::open({.directory = arguments.at(2),
        .random = [] { return 0.5; },
        .coordination = coordination(arguments.at(4))}));
    const GovernorLimits limits{.concurrent = 100,
        .rate_per_second = std::stod(arguments.at(5)),
        .burst = std::stoi(arguments.at(6))};
    while (true) {
        auto acquired = must(ledger.try_acquire(arguments.at(3), limits, wall_clock()));
        if (auto* permit = std::get_if<Permit>(&acquired)) {
            std::fprintf(stderr, "granted\n");
            if (auto done = ledger.report(std::move(*permit), {.status = 200}, wall_clock());
                !done) {
                die(done.error());
            }
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
}

/// pass DIRECTORY ACCOUNT
void pass(const Arguments& arguments) {
    auto store = must(DetailStore::open(arguments.at(2)));
    const auto begun = must(store.try_begin_pass(arguments.at(3)));
    say_and_stay(begun ? "began" : "busy");
}

/// fill DIRECTORY ACCOUNT: adds series without end, to be killed in the middle.
void fill(const Arguments& arguments) {
    auto store = must(DetailStore::open(arguments.at(2)));
    for (std::int64_t id = 1;; id += 2) {
        const std::vector<Details> pair = {{.id = std::to_string(id),
                                               .last_modified = "",
                                               .fetched_at = {},
                                               .body = std::string(9000, 'a')},
            {.id = std::to_string(id + 1),
                .last_modified = "",
                .fetched_at = {},
                .body = std::string(9000, 'b')}};
        if (auto put = store.put(arguments.at(3), pair); !put) {
            die(put.error());
        }
        if (id == 21) {
            std::fprintf(stderr, "filling\n");
        }
    }
}

/// contend DIRECTORY BOARD REQUESTS CONCURRENT RATE BURST
void contend(const Arguments& arguments) {
    auto ledger = open_governor(arguments.at(2));
    const testing::SharedBoard board(arguments.at(3));
    const GovernorLimits limits{.concurrent = std::stoi(arguments.at(5)),
        .rate_per_second = std::stod(arguments.at(6)),
        .burst = std::stoi(arguments.at(7))};
    const auto now = [&] {
        return TimePoint(std::chrono::microseconds(board->clock_us.fetch_add(1000) + 1));
    };
    for (int wanted = std::stoi(arguments.at(4)); wanted > 0;) {
        auto acquired = must(ledger.try_acquire("provider", limits, now()));
        auto* granted = std::get_if<Permit>(&acquired);
        if (granted == nullptr) {
            continue;
        }
        const int in_flight = board->in_flight.fetch_add(1) + 1;
        int most = board->most_in_flight.load();
        while (most < in_flight && !board->most_in_flight.compare_exchange_weak(most, in_flight)) {
        }
        ::sched_yield();
        board->in_flight.fetch_sub(1);
        if (auto done = ledger.report(std::move(*granted), {.status = 200}, now()); !done) {
            die(done.error());
        }
        board->grants.fetch_add(1);
        --wanted;
    }
}

} // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argv, argv + argc);
    const std::string& command = arguments.at(1);
    if (command == "permit") {
        permit(arguments);
    } else if (command == "slot") {
        slot(arguments);
    } else if (command == "shared_slot") {
        shared_slot(arguments);
    } else if (command == "shared_permit") {
        shared_permit(arguments);
    } else if (command == "shared_requests") {
        shared_requests(arguments);
    } else if (command == "pass") {
        pass(arguments);
    } else if (command == "fill") {
        fill(arguments);
    } else if (command == "contend") {
        contend(arguments);
    } else {
        return 2;
    }
    return 0;
}
