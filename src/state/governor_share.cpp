// SPDX-License-Identifier: GPL-3.0-or-later
#include "governor_share.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace plex_tuner::state {

namespace {

/// A time that went from one clock to another and back differs by less.
constexpr std::chrono::milliseconds kSame{500};

[[nodiscard]] auto facts_of(const GovernorRow& row) {
    return std::tie(row.blocked_until, row.blocked_by, row.failures, row.failed_at,
        row.breaker_open, row.last_status);
}

void shift(TimePoint& time, TimePoint::duration by) {
    // Never is never by any clock.
    if (time != TimePoint{}) {
        time += by;
    }
}

void wait_longer(GovernorRow& row, const GovernorRow& other) {
    if (other.blocked_until > row.blocked_until + kSame) {
        row.blocked_until = other.blocked_until;
        row.blocked_by = other.blocked_by;
    }
}

} // namespace

GovernorLimits share_of(const GovernorLimits& limits, const std::optional<Standing>& standing) {
    const Standing here =
        standing.value_or(Standing{.machines = kUnknownMachines, .rank = kUnknownMachines - 1});
    const int machines = std::max(1, here.machines);
    const auto part = [&](int whole) {
        return std::max(1, whole / machines + (here.rank < whole % machines ? 1 : 0));
    };
    return {.concurrent = part(limits.concurrent),
        .rate_per_second = limits.rate_per_second / machines,
        .burst = part(limits.burst)};
}

GovernorRow shifted(GovernorRow row, TimePoint::duration by) {
    shift(row.refilled_at, by);
    shift(row.blocked_until, by);
    shift(row.failed_at, by);
    return row;
}

bool same_facts(const GovernorRow& one, const GovernorRow& other) {
    return facts_of(one) == facts_of(other);
}

void take_over(GovernorRow& row, const GovernorRow& facts) {
    GovernorRow taken = facts;
    taken.tokens = row.tokens;
    taken.refilled_at = row.refilled_at;
    wait_longer(taken, row);
    row = taken;
}

void learn(GovernorRow& row, const GovernorRow& other) {
    wait_longer(row, other);
    // What failed earlier may have been made good since.
    if (other.failed_at > row.failed_at + kSame) {
        row.failures = std::max(row.failures, other.failures);
        row.failed_at = other.failed_at;
        row.breaker_open = row.breaker_open || other.breaker_open;
        row.last_status = other.last_status;
    }
}

} // namespace plex_tuner::state
