// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_schedule.hpp"

#include <algorithm>

namespace plex_tuner::guide {
namespace {

/// Times of a guide lie between 1970 and 2100 (parse_xmltv_time).
[[nodiscard]] std::uint32_t epoch_seconds(WallTime time) noexcept {
    return static_cast<std::uint32_t>(time.time_since_epoch().count());
}

} // namespace

ChannelSchedule::Placement ChannelSchedule::place(WallTime start, std::optional<WallTime> stop) {
    Placement placement;
    const bool first = starts_.empty();
    placement.verdict = remember(start);
    if (placement.verdict != Verdict::accepted) {
        return placement;
    }
    if (!first && start > last_start_) {
        const bool ends_here = last_open_ ? start - last_start_ <= kMaxImplied : last_stop_ > start;
        if (ends_here && last_stop_ != start) {
            placement.previous_stop = start;
            placement.previous_offset = last_offset_;
        }
    }
    last_open_ = false;
    if (!stop) {
        stop = next_start(start);
        last_open_ = !stop;
    }
    last_start_ = start;
    last_stop_ = stop.value_or(start + kDefaultLength);
    placement.stop = last_stop_;
    return placement;
}

ChannelSchedule::Verdict ChannelSchedule::remember(WallTime start) {
    const std::uint32_t seconds = epoch_seconds(start);
    const auto at = starts_.empty() || starts_.back() < seconds
                        ? starts_.end()
                        : std::ranges::lower_bound(starts_, seconds);
    if (at != starts_.end() && *at == seconds) {
        return Verdict::duplicate;
    }
    if (starts_.size() == kMaxProgrammes) {
        return Verdict::too_many;
    }
    starts_.insert(at, seconds);
    return Verdict::accepted;
}

/// The first known start after `start`, when it is near enough to be its end.
std::optional<WallTime> ChannelSchedule::next_start(WallTime start) const {
    const auto at = std::ranges::upper_bound(starts_, epoch_seconds(start));
    if (at == starts_.end()) {
        return std::nullopt;
    }
    const WallTime next{std::chrono::seconds(*at)};
    return next - start <= kMaxImplied ? std::optional(next) : std::nullopt;
}

} // namespace plex_tuner::guide
