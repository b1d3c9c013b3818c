// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_schedule.hpp"

#include <algorithm>

namespace plex_tuner::guide {
namespace {

[[nodiscard]] std::uint32_t seconds_of(WallTime time) noexcept {
    return static_cast<std::uint32_t>(time.time_since_epoch().count());
}

[[nodiscard]] WallTime time_of(std::uint32_t seconds) noexcept {
    return WallTime(std::chrono::seconds(seconds));
}

/// Where a programme from `start` to `stop` ends when another begins at `next`.
[[nodiscard]] std::uint32_t end_before(
    std::uint32_t next, std::uint32_t start, std::uint32_t stop, bool open) noexcept {
    constexpr auto kMaxImplied =
        static_cast<std::uint32_t>(std::chrono::seconds(ChannelSchedule::kMaxImplied).count());
    if (open && next - start <= kMaxImplied) {
        return next;
    }
    return std::min(stop, next);
}

} // namespace

ChannelSchedule::Placement ChannelSchedule::place(WallTime start, std::optional<WallTime> stop) {
    Placement placement;
    const std::uint32_t seconds = seconds_of(start);
    auto at = entries_.empty() || entries_.back().start < seconds
                  ? entries_.end()
                  : std::ranges::lower_bound(entries_, seconds, {}, &Entry::start);
    if (at != entries_.end() && at->start == seconds) {
        placement.verdict = Verdict::duplicate;
        return placement;
    }
    if (entries_.size() == kMaxProgrammes) {
        placement.verdict = Verdict::too_many;
        return placement;
    }
    Entry entry{seconds, seconds_of(stop.value_or(start + kDefaultLength)), 0, stop ? 0U : 1U};
    if (at != entries_.end()) {
        entry.stop = end_before(at->start, seconds, entry.stop, !stop);
    }
    if (at != entries_.begin()) {
        Entry& before = *(at - 1);
        const std::uint32_t ends = end_before(seconds, before.start, before.stop, before.open != 0);
        if (ends != before.stop) {
            before.stop = ends;
            placement.previous_stop = time_of(ends);
            placement.previous_offset = before.offset;
        }
    }
    placement.stop = time_of(entry.stop);
    at = entries_.insert(at, entry);
    placed_ = static_cast<std::size_t>(at - entries_.begin());
    return placement;
}

WallTime ChannelSchedule::first_start() const noexcept {
    return time_of(entries_.front().start);
}

WallTime ChannelSchedule::last_stop() const noexcept {
    return time_of(entries_.back().stop);
}

} // namespace plex_tuner::guide
