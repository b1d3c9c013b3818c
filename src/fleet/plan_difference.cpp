// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan_difference.hpp"

#include <algorithm>

namespace plex_tuner::fleet {

PlanDifference difference(const std::vector<ChildPlan>& now, const std::vector<ChildPlan>& next) {
    PlanDifference result;
    for (const ChildPlan& child : next) {
        const auto before = std::ranges::find(now, child.name, &ChildPlan::name);
        auto& names = before == now.end()                        ? result.added
                      : before->fingerprint == child.fingerprint ? result.unchanged
                                                                 : result.changed;
        names.push_back(child.name);
    }
    for (const ChildPlan& child : now) {
        if (std::ranges::find(next, child.name, &ChildPlan::name) == next.end()) {
            result.removed.push_back(child.name);
        }
    }
    return result;
}

} // namespace plex_tuner::fleet
