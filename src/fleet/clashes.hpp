// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/fleet/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

/// A child as the search for clashes needs it. What it refers to outlives it.
struct Settled {
    std::string place; ///< "instances[3] (sports)"
    const ChildPlan* child = nullptr;
    const config::Config* settings = nullptr;
};

struct Clashes {
    std::vector<std::string> problems; ///< that keep one of two children from running
    std::vector<std::string> warnings; ///< that viewers would notice
};

/// What children would take from each other: ports, device ids, state directories, mount points,
/// guide numbers. `listen` is the supervisor's own address, empty for none.
[[nodiscard]] Clashes find_clashes(const std::vector<Settled>& children, std::string_view listen);

} // namespace plex_tuner::fleet
