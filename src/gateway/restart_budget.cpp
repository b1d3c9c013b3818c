// SPDX-License-Identifier: GPL-3.0-or-later
#include "restart_budget.hpp"

namespace plex_tuner::gateway {

std::optional<std::chrono::milliseconds> RestartBudget::after_end(bool has_given, SteadyTime now) {
    ends_.push_back(now);
    while (now - ends_.front() > kWithin) {
        ends_.pop_front();
    }
    barren_ = has_given ? 0 : barren_ + 1;
    if (barren_ >= kBarren || ends_.size() > kMost) {
        return std::nullopt;
    }
    return kPause * barren_;
}

} // namespace plex_tuner::gateway
