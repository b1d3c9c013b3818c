// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet_metrics.hpp"

#include <plex_tuner/net/router.hpp>

#include <functional>
#include <vector>

namespace plex_tuner::fleet {

/// Where the pages get what they show; called on the threads of the server.
struct PageSources {
    std::function<FleetStatus()> status;
    std::function<std::vector<ChildMetrics>()> metrics;
};

/// What the supervisor serves over HTTP.
[[nodiscard]] net::Router make_pages(PageSources sources);

} // namespace plex_tuner::fleet
