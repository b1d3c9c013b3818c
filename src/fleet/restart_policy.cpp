// SPDX-License-Identifier: GPL-3.0-or-later
#include "restart_policy.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::fleet {

using std::chrono::milliseconds;

RestartPolicy::RestartPolicy(RestartOptions options, std::function<double()> random)
    : options_(options), random_(std::move(random)) {}

std::optional<milliseconds> RestartPolicy::ended(SteadyTime now) {
    if (now - started_ >= kHealthy) {
        in_a_row_ = 0;
    }
    ++in_a_row_;
    if (!options_.restart || (options_.fail_fast && in_a_row_ >= kGiveUpAfter)) {
        return std::nullopt;
    }
    milliseconds pause = std::min(kFirst, options_.delay);
    if (in_a_row_ > 1) {
        pause = options_.delay;
        for (int i = 2; i < in_a_row_ && pause < kLongest; ++i) {
            pause *= 2;
        }
        pause = std::min(pause, std::max(kLongest, options_.delay));
    }
    const double factor = 1.0 - kJitter + 2 * kJitter * random_();
    return milliseconds(
        static_cast<milliseconds::rep>(static_cast<double>(pause.count()) * factor));
}

} // namespace plex_tuner::fleet
