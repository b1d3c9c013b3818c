// SPDX-License-Identifier: GPL-3.0-or-later
#include "bandwidth_policy.hpp"

namespace plex_tuner::gateway {

BandwidthPolicy::Change BandwidthPolicy::after_segment(
    hls::Seconds took, hls::Seconds plays, std::size_t levels, SteadyTime now) noexcept {
    if (took > plays) {
        ++slow_;
        late_ += took - plays;
    } else {
        slow_ = 0;
        late_ = hls::Seconds(0);
    }
    if (slow_ >= kSlowSegments && late_ >= plays && level_ + 1 < levels) {
        ++level_;
        begin_anew();
        return Change::lower;
    }
    if (took > plays / 2) {
        good_since_.reset();
        return Change::none;
    }
    good_since_ = good_since_.value_or(now);
    if (level_ > 0 && !raised_ && now - *good_since_ >= kGoodTime) {
        raised_ = true;
        --level_;
        begin_anew();
        return Change::higher;
    }
    return Change::none;
}

bool BandwidthPolicy::variant_failed(std::size_t levels) noexcept {
    if (level_ + 1 >= levels) {
        return false;
    }
    ++level_;
    begin_anew();
    return true;
}

void BandwidthPolicy::begin_anew() noexcept {
    slow_ = 0;
    late_ = hls::Seconds(0);
    good_since_.reset();
}

} // namespace plex_tuner::gateway
