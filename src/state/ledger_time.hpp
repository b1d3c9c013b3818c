// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/state/time_point.hpp>

#include <cstdint>

namespace plex_tuner::state {

[[nodiscard]] inline std::int64_t to_column(TimePoint time) {
    return time.time_since_epoch().count();
}

[[nodiscard]] inline TimePoint time_from_column(std::int64_t value) {
    return TimePoint(std::chrono::microseconds(value));
}

} // namespace plex_tuner::state
