// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_key.hpp"
#include "governor_coordinator.hpp"
#include "governor_policy.hpp"
#include "governor_rows.hpp"
#include "governor_share.hpp"
#include "ledger_file.hpp"

#include <plex_tuner/state/governor_ledger.hpp>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

namespace plex_tuner::state {

namespace {

[[nodiscard]] Result<void> check_limits(const GovernorLimits& limits) {
    if (limits.concurrent < 1 || limits.burst < 1 || !std::isfinite(limits.rate_per_second) ||
        limits.rate_per_second < 0) {
        return fail(ErrorCode::invalid_argument,
            "request limits: at least 1 at a time, a burst of at least 1, a rate of 0 or more");
    }
    return {};
}

[[nodiscard]] Result<std::int64_t> insert_permit(
    Database& database, std::string_view key, const std::string& holder, bool trial) {
    auto inserted = database.run(
        "INSERT INTO permit (key, holder, trial) VALUES (?, ?, ?)", key, holder, trial);
    if (!inserted) {
        return fail(std::move(inserted).error());
    }
    return database.last_row_id();
}

/// Whether a permit that nobody living holds may be in the way.
[[nodiscard]] bool may_be_stale(const std::variant<Grant, Wait>& decision) {
    const auto* wait = std::get_if<Wait>(&decision);
    return wait != nullptr &&
           (wait->reason == WaitReason::concurrency || wait->reason == WaitReason::trial);
}

} // namespace

std::string_view to_string(WaitReason reason) noexcept {
    switch (reason) {
    case WaitReason::concurrency:
        return "concurrency";
    case WaitReason::rate:
        return "rate";
    case WaitReason::retry_after:
        return "retry-after";
    case WaitReason::back_off:
        return "back-off";
    case WaitReason::breaker_open:
        return "breaker open";
    case WaitReason::trial:
        return "trial running";
    }
    return "unknown";
}

std::string_view to_string(BreakerState state) noexcept {
    switch (state) {
    case BreakerState::closed:
        return "closed";
    case BreakerState::open:
        return "open";
    case BreakerState::half_open:
        return "half-open";
    }
    return "unknown";
}

Permit::Permit(Permit&& other) noexcept
    : ledger_(std::exchange(other.ledger_, nullptr)),
      coordinator_(std::exchange(other.coordinator_, nullptr)),
      shared_id_(std::move(other.shared_id_)), key_(std::move(other.key_)),
      holder_(std::move(other.holder_)), id_(other.id_), granted_at_(other.granted_at_),
      trial_(other.trial_) {}

Permit& Permit::operator=(Permit&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(coordinator_, other.coordinator_);
    std::swap(shared_id_, other.shared_id_);
    std::swap(key_, other.key_);
    std::swap(holder_, other.holder_);
    std::swap(id_, other.id_);
    std::swap(granted_at_, other.granted_at_);
    std::swap(trial_, other.trial_);
    return *this;
}

Permit::~Permit() {
    if (ledger_) {
        ledger_->abandon(LedgerFile::Table::permit, {.holder = holder_, .id = id_});
    }
    if (coordinator_) {
        coordinator_->abandon(shared_id_);
    }
}

Result<GovernorLedger> GovernorLedger::open(GovernorOptions options) {
    if (!options.random) {
        return fail(ErrorCode::invalid_argument, "the governor needs a source of randomness");
    }
    auto ledger = LedgerFile::open(options.directory);
    if (!ledger) {
        return fail_with(std::move(ledger), "request ledger");
    }
    if (!options.coordination) {
        return GovernorLedger(std::move(*ledger), std::move(options.random));
    }
    // Two ask for numbers then, each with a lock of its own.
    auto random = [mutex = std::make_shared<std::mutex>(), draw = std::move(options.random)] {
        const std::scoped_lock lock(*mutex);
        return draw();
    };
    auto coordinator = GovernorCoordinator::open(*std::move(options.coordination),
        std::filesystem::absolute(options.directory), *ledger, random);
    if (!coordinator) {
        return fail_with(std::move(coordinator), "request ledger");
    }
    GovernorLedger governor(std::move(*ledger), std::move(random));
    governor.coordinator_ = *std::move(coordinator);
    return governor;
}

Result<std::variant<Permit, Wait>> GovernorLedger::try_acquire(
    std::string_view key, const GovernorLimits& limits, TimePoint now, int requests) {
    if (auto checked = check_key(key); !checked) {
        return fail(std::move(checked).error());
    }
    if (auto checked = check_limits(limits); !checked) {
        return fail(std::move(checked).error());
    }
    if (!coordinator_) {
        return acquire_here(key, limits, now, requests);
    }
    if (auto answer = coordinator_->try_acquire(key, limits, requests)) {
        if (const auto* wait = std::get_if<Wait>(&*answer)) {
            return *wait;
        }
        auto& granted = std::get<GovernorCoordinator::Granted>(*answer);
        return record(key, now, std::move(granted.id), granted.trial);
    }
    auto acquired = acquire_here(key, limits, now, requests);
    if (acquired && std::holds_alternative<Permit>(*acquired)) {
        Permit& permit = std::get<Permit>(*acquired);
        permit.shared_id_ = coordinator_->adopt(
            key, permit.trial_, limits.rate_per_second > 0 ? std::max(1, requests) : 0);
        permit.coordinator_ = coordinator_;
    }
    return acquired;
}

Permit GovernorLedger::record(
    std::string_view key, TimePoint now, std::string shared_id, bool trial) {
    Permit permit;
    permit.key_ = key;
    permit.granted_at_ = now;
    permit.trial_ = trial;
    permit.coordinator_ = coordinator_;
    permit.shared_id_ = std::move(shared_id);
    const auto recorded =
        ledger_->write([&](Database& database, const std::string& holder) -> Result<void> {
            auto id = insert_permit(database, key, holder, trial);
            if (!id) {
                return fail(std::move(id).error());
            }
            permit.id_ = *id;
            permit.holder_ = holder;
            return {};
        });
    // Where ledger.db fails, the permit is counted all the same, if only by Redis.
    if (recorded) {
        permit.ledger_ = ledger_;
    }
    return permit;
}

Result<std::variant<Permit, Wait>> GovernorLedger::acquire_here(
    std::string_view key, const GovernorLimits& whole, TimePoint now, int requests) {
    using Acquired = std::variant<Permit, Wait>;
    std::optional<GovernorCoordinator::Alone> alone;
    if (coordinator_) {
        alone = coordinator_->alone();
    }
    const GovernorLimits limits = alone ? share_of(whole, alone->standing) : whole;
    // Becomes a permit only once its row is committed.
    Permit permit;
    auto acquired =
        ledger_->write([&](Database& database, const std::string& holder) -> Result<Acquired> {
            auto known = load_governor(database, key);
            if (!known) {
                return fail(std::move(known).error());
            }
            GovernorRow row = known->value_or(new_row(limits, now));
            settle(row, now);
            if (alone && (!*known || row.refilled_at < alone->since)) {
                // What there was in the bucket that all share, others may have taken.
                row.tokens = 0;
                row.refilled_at = std::min(alone->since, now);
            }
            auto in_flight = count_permits(database, key);
            if (!in_flight) {
                return fail(std::move(in_flight).error());
            }
            auto decision = decide(row, limits, *in_flight, now, random_());
            if (may_be_stale(decision)) {
                auto removed = ledger_->remove_dead(database);
                if (!removed) {
                    return fail(std::move(removed).error());
                }
                in_flight = count_permits(database, key);
                if (!in_flight) {
                    return fail(std::move(in_flight).error());
                }
                decision = decide(row, limits, *in_flight, now, random_());
            }
            if (const auto* wait = std::get_if<Wait>(&decision)) {
                return *wait;
            }
            permit.key_ = key;
            permit.holder_ = holder;
            permit.granted_at_ = now;
            permit.trial_ = std::get<Grant>(decision).trial;
            row.tokens -= limits.rate_per_second > 0 ? requests - 1 : 0;
            if (auto stored = store_governor(database, key, row, now); !stored) {
                return fail(std::move(stored).error());
            }
            auto id = insert_permit(database, key, holder, permit.trial_);
            if (!id) {
                return fail(std::move(id).error());
            }
            permit.id_ = *id;
            return Acquired(std::in_place_type<Permit>, Permit());
        });
    if (acquired && std::holds_alternative<Permit>(*acquired)) {
        permit.ledger_ = ledger_;
        return Acquired(std::move(permit));
    }
    return acquired;
}

Result<void> GovernorLedger::report(Permit permit, const Outcome& outcome, TimePoint now) {
    bool told = false;
    if (permit.coordinator_) {
        told = permit.coordinator_->report(permit.shared_id_, outcome);
        permit.coordinator_.reset();
        if (!permit.ledger_) {
            return {}; // only Redis counted it
        }
    }
    auto written = ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        if (auto deleted = delete_row(
                database, LedgerFile::Table::permit, {.holder = permit.holder_, .id = permit.id_});
            !deleted) {
            return deleted;
        }
        if (told) {
            return {}; // what all learnt comes from there
        }
        auto known = load_governor(database, permit.key_);
        if (!known) {
            return fail(std::move(known).error());
        }
        GovernorRow row = known->value_or(GovernorRow{});
        settle(row, now);
        apply(row, {.outcome = outcome, .granted_at = permit.granted_at_, .trial = permit.trial_},
            now, random_());
        return store_governor(database, permit.key_, row, now);
    });
    if (written) {
        permit.ledger_.reset();
    }
    return written;
}

Result<std::vector<GovernorStatus>> GovernorLedger::snapshot(TimePoint now) {
    using Statuses = std::vector<GovernorStatus>;
    auto statuses = ledger_->write([&](Database& database, const std::string&) -> Result<Statuses> {
        if (auto removed = ledger_->remove_dead(database); !removed) {
            return fail(std::move(removed).error());
        }
        auto rows = load_governors(database);
        if (!rows) {
            return fail(std::move(rows).error());
        }
        Statuses out;
        for (auto& [key, row] : *rows) {
            auto in_flight = count_permits(database, key);
            if (!in_flight) {
                return fail(std::move(in_flight).error());
            }
            settle(row, now);
            out.push_back(status_of(std::move(key), row, *in_flight, now));
        }
        return out;
    });
    if (statuses && coordinator_) {
        for (GovernorStatus& shared : coordinator_->snapshot()) {
            const auto here =
                std::ranges::lower_bound(*statuses, shared.key, {}, &GovernorStatus::key);
            if (here != statuses->end() && here->key == shared.key) {
                *here = std::move(shared);
            } else {
                statuses->insert(here, std::move(shared));
            }
        }
    }
    return statuses;
}

std::optional<CoordinationState> GovernorLedger::coordination() const {
    return coordinator_ ? std::optional(coordinator_->state()) : std::nullopt;
}

std::vector<std::string> GovernorLedger::take_warnings() {
    return ledger_->take_warnings();
}

} // namespace plex_tuner::state
