// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "coordination_link.hpp"
#include "governor_policy.hpp"
#include "ledger_file.hpp"
#include "shared_key.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>
#include <plex_tuner/state/governor_ledger.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plex_tuner::state {

/// The permits of this process in the table that machines share, and the rows of its keys there.
/// The thread of its link sees to it that the table has the permits that are out and what this
/// machine learnt while it was alone, and notes in ledger.db what the others learnt: a provider is
/// left alone whatever happens to Redis. Every call that finds Redis gone says so; the caller goes
/// on with ledger.db and the machine's part. Thread-safe.
class GovernorCoordinator {
public:
    struct Granted {
        std::string id;
        bool trial = false;
    };

    /// What ledger.db may give while the machine is alone.
    struct Alone {
        std::optional<Standing> standing; ///< empty: it never counted with others
        TimePoint since{};                ///< by the clock of this machine
    };

    /// Waits for the first attempt to connect, a few seconds at most; its failure is no error.
    /// `random` as in GovernorOptions.
    [[nodiscard]] static Result<std::shared_ptr<GovernorCoordinator>> open(
        CoordinationOptions options, const std::filesystem::path& directory,
        std::shared_ptr<LedgerFile> ledger, std::function<double()> random);

    /// Permits must be gone.
    ~GovernorCoordinator() = default;
    GovernorCoordinator(const GovernorCoordinator&) = delete;
    GovernorCoordinator& operator=(const GovernorCoordinator&) = delete;

    /// Empty: this machine decides alone, and adopts what it gives. Waits are by the clock of this
    /// machine.
    [[nodiscard]] std::optional<std::variant<Granted, Wait>> try_acquire(
        std::string_view key, const GovernorLimits& limits, int requests);
    /// A permit that was given without asking: it is a fact, and counts in the table as soon as
    /// possible.
    [[nodiscard]] std::string adopt(std::string_view key, bool trial, int requests);

    /// Gives it back with a verdict. False: ledger.db is to learn from it, too.
    [[nodiscard]] bool report(const std::string& permit, const Outcome& outcome);
    /// Gives it back without ever failing; what Redis does not hear now the thread tells it later.
    void abandon(const std::string& permit) noexcept;

    [[nodiscard]] Alone alone();
    /// All keys that were asked for lately; empty: this machine is alone.
    [[nodiscard]] std::vector<GovernorStatus> snapshot();
    [[nodiscard]] CoordinationState state();

private:
    using Steady = std::chrono::steady_clock;
    using Phase = CoordinationState::Phase;

    struct Held {
        std::string key;
        bool trial = false;
        Steady::time_point granted{};
    };

    struct Known {
        Steady::time_point used{};
        std::optional<GovernorRow> noted; ///< by the clock of Redis: what ledger.db has of it
    };

    GovernorCoordinator(std::shared_ptr<LedgerFile> ledger, std::function<double()> random,
        std::unique_ptr<CoordinationLink> link);

    [[nodiscard]] Result<void> refresh(CoordinationLink::Turn& turn);
    void forget_unused();
    /// Brings the table to what this process holds, and this machine has learnt.
    void correct(SharedKey& shared, const std::string& key);
    [[nodiscard]] Result<std::optional<SharedKey>> update(
        const std::string& key, const std::function<void(SharedKey&)>& change);
    /// What ledger.db has, by the clock of Redis, with an empty bucket.
    [[nodiscard]] std::optional<GovernorRow> row_here(const std::string& key, TimePoint now);
    void note(const std::string& key, const SharedKey& shared);
    void give_back(const std::string& permit);
    [[nodiscard]] std::string next_id();

    std::shared_ptr<LedgerFile> ledger_;
    std::function<double()> random_;
    // Behind the lock of the link:
    std::map<std::string, Held> held_;
    std::map<std::string, Known, std::less<>> keys_;
    std::uint64_t last_id_ = 0;
    std::unique_ptr<CoordinationLink> link_; ///< last: its thread uses what stands above
};

} // namespace plex_tuner::state
