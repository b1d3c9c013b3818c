// SPDX-License-Identifier: GPL-3.0-or-later
#include "gather_policy.hpp"

namespace plex_tuner::gateway {

std::optional<SteadyTime> GatherPolicy::after_chunk(std::size_t bytes, SteadyTime now) noexcept {
    window_bytes_ += bytes;
    if (window_bytes_ >= kBurstBytes || now >= window_end_) {
        burst_ = window_bytes_ >= kBurstBytes;
        window_bytes_ = 0;
        window_end_ = now + kWindow;
    }
    if (burst_) {
        return std::nullopt;
    }
    return window_end_;
}

} // namespace plex_tuner::gateway
