// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/reorder_meter.hpp>

#include <algorithm>
#include <span>

namespace plex_tuner::ts {
namespace {

/// Two groups of pictures as B pictures are usual.
constexpr std::uint64_t kEnough = 12;
/// Pictures further apart are not of one order: the clock has jumped.
constexpr std::int64_t kTogether = 2 * kTimestampHz;

} // namespace

void ReorderMeter::see(std::int64_t pts) noexcept {
    std::uint8_t ahead = 0;
    bool is_related = size_ == 0;
    for (const std::int64_t before : std::span(last_).first(size_)) {
        const std::int64_t difference = timestamp_difference(before, pts);
        if (difference == 0) {
            return; // the second field
        }
        const bool is_near = difference < kTogether && difference > -kTogether;
        is_related = is_related || is_near;
        ahead += is_near && difference > 0 ? 1 : 0;
    }
    if (!is_related) {
        size_ = 0;
        next_ = 0;
    }
    depth_ = std::max(depth_, ahead);
    last_[next_] = pts;
    next_ = (next_ + 1) % kMost;
    size_ = std::min(size_ + 1, kMost);
    ++seen_;
}

std::optional<std::uint8_t> ReorderMeter::depth() const noexcept {
    return seen_ >= kEnough ? std::optional(depth_) : std::nullopt;
}

} // namespace plex_tuner::ts
