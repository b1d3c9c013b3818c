// SPDX-License-Identifier: GPL-3.0-or-later
#include "gather_policy.hpp"

#include <plex_tuner/fetch/client.hpp>

namespace plex_tuner::gateway {

std::optional<SteadyTime> GatherPolicy::after_read(std::size_t bytes, SteadyTime now) noexcept {
    if (bytes >= fetch::Transfer::kFullRead) {
        return std::nullopt;
    }
    if (now >= window_end_) {
        window_end_ = now + kWindow;
    }
    return window_end_;
}

} // namespace plex_tuner::gateway
