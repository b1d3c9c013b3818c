// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fleet/status.hpp>

#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::fleet {

/// What one child answered to /metrics.
struct ChildMetrics {
    std::string name;
    std::string text;
};

/// The supervisor's own metrics, and behind them those of the children.
[[nodiscard]] std::string fleet_metrics_text(
    const FleetStatus& status, const std::vector<ChildMetrics>& children);

} // namespace plex_tuner::fleet
