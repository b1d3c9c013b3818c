// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fleet/plan.hpp>

#include <string>
#include <vector>

namespace plex_tuner::fleet {

/// What a new plan means for the children that run: names, in the order of the plan they come from.
struct PlanDifference {
    std::vector<std::string> unchanged = {}; ///< left alone
    std::vector<std::string> changed = {};   ///< another process under the same name
    std::vector<std::string> added = {};
    std::vector<std::string> removed = {};
};

[[nodiscard]] PlanDifference difference(
    const std::vector<ChildPlan>& now, const std::vector<ChildPlan>& next);

} // namespace plex_tuner::fleet
