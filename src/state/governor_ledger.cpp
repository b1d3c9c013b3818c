// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_key.hpp"
#include "governor_policy.hpp"
#include "governor_rows.hpp"
#include "ledger_file.hpp"

#include <plex_tuner/state/governor_ledger.hpp>

#include <cmath>
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
    : ledger_(std::exchange(other.ledger_, nullptr)), key_(std::move(other.key_)),
      holder_(std::move(other.holder_)), id_(other.id_), granted_at_(other.granted_at_),
      trial_(other.trial_) {}

Permit& Permit::operator=(Permit&& other) noexcept {
    std::swap(ledger_, other.ledger_);
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
}

Result<GovernorLedger> GovernorLedger::open(GovernorOptions options) {
    if (!options.random) {
        return fail(ErrorCode::invalid_argument, "the governor needs a source of randomness");
    }
    auto ledger = LedgerFile::open(options.directory);
    if (!ledger) {
        return fail_with(std::move(ledger), "request ledger");
    }
    return GovernorLedger(std::move(*ledger), std::move(options.random));
}

Result<std::variant<Permit, Wait>> GovernorLedger::try_acquire(
    std::string_view key, const GovernorLimits& limits, TimePoint now, int requests) {
    using Acquired = std::variant<Permit, Wait>;
    if (auto checked = check_key(key); !checked) {
        return fail(std::move(checked).error());
    }
    if (auto checked = check_limits(limits); !checked) {
        return fail(std::move(checked).error());
    }
    // Becomes a permit only once its row is committed.
    Permit permit;
    auto acquired = ledger_->write([&](Database& database,
                                       const std::string& holder) -> Result<Acquired> {
        auto known = load_governor(database, key);
        if (!known) {
            return fail(std::move(known).error());
        }
        GovernorRow row = known->value_or(new_row(limits, now));
        settle(row, now);
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
        if (auto inserted = database.run("INSERT INTO permit (key, holder, trial) VALUES (?, ?, ?)",
                key, holder, permit.trial_);
            !inserted) {
            return fail(std::move(inserted).error());
        }
        permit.id_ = database.last_row_id();
        return Acquired(std::in_place_type<Permit>, Permit());
    });
    if (acquired && std::holds_alternative<Permit>(*acquired)) {
        permit.ledger_ = ledger_;
        return Acquired(std::move(permit));
    }
    return acquired;
}

Result<void> GovernorLedger::report(Permit permit, const Outcome& outcome, TimePoint now) {
    auto written = ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        if (auto deleted = delete_row(
                database, LedgerFile::Table::permit, {.holder = permit.holder_, .id = permit.id_});
            !deleted) {
            return deleted;
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
    return ledger_->write([&](Database& database, const std::string&) -> Result<Statuses> {
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
            GovernorStatus status{.key = std::move(key),
                .breaker = breaker_state(row, now),
                .cool_down = std::nullopt,
                .in_flight = in_flight->permits,
                .failures = row.failures,
                .last_status = row.last_status};
            if (row.blocked_until > now) {
                status.cool_down = Wait{.until = row.blocked_until, .reason = row.blocked_by};
            }
            out.push_back(std::move(status));
        }
        return out;
    });
}

std::vector<std::string> GovernorLedger::take_warnings() {
    return ledger_->take_warnings();
}

} // namespace plex_tuner::state
