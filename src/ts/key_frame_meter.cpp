// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/key_frame_meter.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <utility>

namespace plex_tuner::ts {

void KeyFrameMeter::see(const AccessPoint& point) noexcept {
    if (point.reason != AccessReason::key_frame && point.reason != AccessReason::recovery_point) {
        return;
    }
    ++count_;
    const auto before = std::exchange(last_, point.pts);
    if (!before || !point.pts) {
        return;
    }
    const std::int64_t step = timestamp_difference(*point.pts, *before);
    if (step > 0 && step <= kMaxInterval) {
        intervals_.add(step);
    }
}

} // namespace plex_tuner::ts
