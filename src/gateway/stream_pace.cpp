// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_pace.hpp"

#include <plex_tuner/ts/pes.hpp>

#include <utility>

namespace plex_tuner::gateway {

void StreamPace::on_clock(std::int64_t pcr, SteadyTime now) noexcept {
    if (!last_) {
        began_ = now;
        last_ = pcr;
        return;
    }
    ticks_ += ts::pcr_difference(pcr, std::exchange(*last_, pcr));
}

std::chrono::milliseconds StreamPace::ahead(SteadyTime now) const noexcept {
    if (!last_) {
        return std::chrono::milliseconds(0);
    }
    const std::chrono::milliseconds stream(ticks_ / (ts::kPcrHz / 1000));
    return stream - std::chrono::duration_cast<std::chrono::milliseconds>(now - began_);
}

} // namespace plex_tuner::gateway
