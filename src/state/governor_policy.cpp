// SPDX-License-Identifier: GPL-3.0-or-later
#include "governor_policy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace plex_tuner::state {

namespace {

using std::chrono::microseconds;

constexpr microseconds kPoll = std::chrono::milliseconds(100);
constexpr double kJitter = 0.25;
constexpr int kMaxDoublings = 20;
/// A clock that stands back less than this is another process's that read it a moment earlier.
constexpr microseconds kClockSlack = std::chrono::seconds(10);

constexpr int kForbidden = 403;
constexpr int kTooManyRequests = 429;
constexpr int kConnectionsInUse = 458;
constexpr int kServiceUnavailable = 503;

[[nodiscard]] microseconds jittered(microseconds wait, double random) {
    const double factor = 1 - kJitter + 2 * kJitter * random;
    return microseconds(std::llround(static_cast<double>(wait.count()) * factor));
}

[[nodiscard]] microseconds doubled(microseconds base, int times, microseconds most) {
    return std::min(base * (std::int64_t{1} << std::clamp(times, 0, kMaxDoublings)), most);
}

[[nodiscard]] bool is_failure(const Outcome& outcome) {
    return outcome.network_error || outcome.status == kForbidden ||
           outcome.status == kTooManyRequests || outcome.status >= 500;
}

/// `failures` includes this one.
[[nodiscard]] microseconds back_off(const Outcome& outcome, int failures) {
    if (outcome.cloudflare && outcome.status == kServiceUnavailable && failures > 1) {
        return doubled(kCloudflareBackOffBase, failures - 2, kMaxCloudflareBackOff);
    }
    return doubled(outcome.status == kForbidden ? kForbiddenBackOffBase : kBackOffBase,
        failures - 1, kMaxBackOff);
}

void block(GovernorRow& row, TimePoint until, WaitReason reason) {
    if (until > row.blocked_until) {
        row.blocked_until = until;
        row.blocked_by = reason;
    }
}

void refill(GovernorRow& row, const GovernorLimits& limits, TimePoint now) {
    const std::chrono::duration<double> elapsed = now - row.refilled_at;
    if (elapsed.count() > 0) {
        row.tokens += elapsed.count() * limits.rate_per_second;
        row.refilled_at = now;
    }
    row.tokens = std::min<double>(row.tokens, limits.burst);
}

void apply_failure(GovernorRow& row, const Answered& answered, TimePoint now, double random) {
    const Outcome& outcome = answered.outcome;
    // Requests that were under way together and fail together are one failure of the provider.
    const bool counts = answered.trial || answered.granted_at > row.failed_at;
    if (counts) {
        row.failures = std::min(row.failures + 1, 1'000'000);
        row.failed_at = now;
        row.breaker_open = row.breaker_open || row.failures >= kBreakerFailures;
        microseconds wait = jittered(back_off(outcome, row.failures), random);
        if (row.breaker_open) {
            wait = std::max<microseconds>(wait, kMinBreakerOpen);
        }
        block(row, now + wait, row.breaker_open ? WaitReason::breaker_open : WaitReason::back_off);
    }
    if (outcome.retry_after) {
        const microseconds told =
            std::clamp<microseconds>(*outcome.retry_after, microseconds::zero(), kMaxRetryAfter);
        block(row, now + told, WaitReason::retry_after);
    }
}

} // namespace

GovernorRow new_row(const GovernorLimits& limits, TimePoint now) {
    GovernorRow row;
    row.tokens = limits.burst;
    row.refilled_at = now;
    return row;
}

void settle(GovernorRow& row, TimePoint now) {
    if (row.refilled_at > now + kClockSlack) {
        row.refilled_at = now;
    }
    row.failed_at = std::min(row.failed_at, now);
    row.blocked_until = std::min<TimePoint>(row.blocked_until, now + kMaxRetryAfter);
}

std::variant<Grant, Wait> decide(GovernorRow& row, const GovernorLimits& limits, InFlight in_flight,
    TimePoint now, double random) {
    if (row.blocked_until > now) {
        return Wait{.until = row.blocked_until, .reason = row.blocked_by};
    }
    if (row.breaker_open && in_flight.trial) {
        return Wait{.until = now + jittered(kPoll, random), .reason = WaitReason::trial};
    }
    if (in_flight.permits >= limits.concurrent) {
        return Wait{.until = now + jittered(kPoll, random), .reason = WaitReason::concurrency};
    }
    if (limits.rate_per_second > 0) {
        refill(row, limits, now);
        if (row.tokens < 1) {
            const std::chrono::duration<double> missing((1 - row.tokens) / limits.rate_per_second);
            return Wait{
                .until = std::max(now, row.refilled_at) + std::chrono::ceil<microseconds>(missing),
                .reason = WaitReason::rate};
        }
        row.tokens -= 1;
    }
    return Grant{.trial = row.breaker_open};
}

void apply(GovernorRow& row, const Answered& answered, TimePoint now, double random) {
    row.last_status = answered.outcome.status;
    if (is_failure(answered.outcome)) {
        apply_failure(row, answered, now, random);
        return;
    }
    const bool tells = answered.outcome.status != 0 && answered.outcome.status != kConnectionsInUse;
    // An answer to a request from before the failure does not end what came after it.
    if (tells && (answered.trial || answered.granted_at > row.failed_at)) {
        row.failures = 0;
        row.breaker_open = false;
    }
}

BreakerState breaker_state(const GovernorRow& row, TimePoint now) {
    if (!row.breaker_open) {
        return BreakerState::closed;
    }
    return row.blocked_until > now ? BreakerState::open : BreakerState::half_open;
}

} // namespace plex_tuner::state
