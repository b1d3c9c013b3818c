// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "governor_policy.hpp"
#include "standing.hpp"

#include <optional>

namespace plex_tuner::state {

/// As many machines are assumed by one that has never counted with others.
inline constexpr int kUnknownMachines = 4;

/// What a machine that is alone may use of `limits`: machines that had the same standing stay
/// within the rate together. One request at a time is everybody's.
[[nodiscard]] GovernorLimits share_of(
    const GovernorLimits& limits, const std::optional<Standing>& standing);

/// The row by a clock that is `by` ahead.
[[nodiscard]] GovernorRow shifted(GovernorRow row, TimePoint::duration by);

/// All but the bucket is the same.
[[nodiscard]] bool same_facts(const GovernorRow& one, const GovernorRow& other);
/// `row` with what `facts` knows; its bucket, and a longer wait, stay.
void take_over(GovernorRow& row, const GovernorRow& facts);
/// What `other` knows of failures since, by the same clock.
void learn(GovernorRow& row, const GovernorRow& other);

} // namespace plex_tuner::state
