// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/state/governor_ledger.hpp>

#include <functional>
#include <optional>
#include <variant>

namespace plex_tuner::state {

/// What is known about a key, as pure data.
struct GovernorRow {
    double tokens = 0;
    TimePoint refilled_at{};
    TimePoint blocked_until{};
    WaitReason blocked_by = WaitReason::back_off;
    int failures = 0; ///< in a row
    TimePoint failed_at{};
    bool breaker_open = false; ///< half open once blocked_until is over
    int last_status = 0;
};

/// Permits of the key that are out.
struct InFlight {
    int permits = 0;
    bool trial = false;
};

/// A key seen for the first time.
[[nodiscard]] GovernorRow new_row(const GovernorLimits& limits, TimePoint now);

/// Bounds what a clock that was set back can do: no wait becomes longer than the longest there is.
void settle(GovernorRow& row, TimePoint now);

struct Grant {
    bool trial = false;
};

/// Grants take a token from the row.
[[nodiscard]] std::variant<Grant, Wait> decide(GovernorRow& row, const GovernorLimits& limits,
    InFlight in_flight, TimePoint now, double random);

struct Answered {
    Outcome outcome;
    TimePoint granted_at;
    bool trial = false;
};

/// What an outcome changes.
void apply(GovernorRow& row, const Answered& answered, TimePoint now, double random);

[[nodiscard]] BreakerState breaker_state(const GovernorRow& row, TimePoint now);

} // namespace plex_tuner::state
