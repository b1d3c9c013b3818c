// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics.hpp"

#include <plex_tuner/state/coordination.hpp>

#include <array>

namespace plex_tuner::engine {

/// Where accounts are shared with other machines.
struct CoordinationMetric {
    MetricDescription description;
    double (*value)(const state::CoordinationState&);
};

inline constexpr auto kCoordinationMetrics = std::to_array<CoordinationMetric>({
    {{"plex_tuner_coordination_together", "gauge",
         "1 while connections and requests are counted with those of other machines, 0 while this "
         "one keeps to its part because Redis does not answer, or others may not have shown theirs "
         "yet."},
        [](const state::CoordinationState& state) {
            return state.phase == state::CoordinationState::Phase::together ? 1.0 : 0.0;
        }},
    {{"plex_tuner_coordination_machines", "gauge",
         "Machines that share accounts by way of Redis, with this one, at the last look."},
        [](const state::CoordinationState& state) {
            return static_cast<double>(state.machines);
        }},
});

} // namespace plex_tuner::engine
