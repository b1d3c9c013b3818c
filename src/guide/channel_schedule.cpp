// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_schedule.hpp"

#include <algorithm>
#include <limits>

namespace plex_tuner::guide {
namespace {

constexpr auto kShortest =
    static_cast<std::uint32_t>(std::chrono::seconds(ChannelSchedule::kShortestGap).count());
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

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

std::optional<ChannelSchedule::Fit> ChannelSchedule::fit(
    std::uint32_t start, std::uint32_t stop, bool open) const noexcept {
    const auto next = std::ranges::upper_bound(busy_, start, {}, &Interval::start);
    if (next != busy_.begin() && (next - 1)->stop > start) {
        start = (next - 1)->stop;
        // What is cut at its begin must have an end, and enough of it left.
        if (open || stop < start || stop - start < kShortest) {
            return std::nullopt;
        }
    }
    return Fit{start, next == busy_.end() ? kNever : next->start};
}

bool ChannelSchedule::is_covered(WallTime start, std::optional<WallTime> stop) const noexcept {
    return !busy_.empty() &&
           !fit(seconds_of(start), seconds_of(stop.value_or(start + kDefaultLength)), !stop);
}

ChannelSchedule::Placement ChannelSchedule::place(WallTime start, std::optional<WallTime> stop) {
    Placement placement;
    const std::uint32_t asked = seconds_of(start);
    Entry entry{asked, seconds_of(stop.value_or(start + kDefaultLength)), 0, stop ? 0U : 1U};
    std::uint32_t limit = kNever;
    if (!busy_.empty()) {
        const auto room = fit(asked, entry.stop, !stop);
        if (!room) {
            placement.verdict = Verdict::covered;
            return placement;
        }
        entry.start = room->start;
        limit = room->limit;
        entry.stop = std::min(entry.stop, limit);
    }
    auto at = entries_.empty() || entries_.back().start < entry.start
                  ? entries_.end()
                  : std::ranges::lower_bound(entries_, entry.start, {}, &Entry::start);
    if (at != entries_.end() && at->start == entry.start) {
        placement.verdict = entry.start == asked ? Verdict::duplicate : Verdict::covered;
        return placement;
    }
    if (entries_.size() == kMaxProgrammes) {
        placement.verdict = Verdict::too_many;
        return placement;
    }
    if (at != entries_.end() && at->start < limit) {
        entry.stop = end_before(at->start, entry.start, entry.stop, entry.open != 0);
    } else if (limit != kNever) {
        entry.stop = end_before(limit, entry.start, entry.stop, entry.open != 0);
    }
    if (at != entries_.begin()) {
        Entry& before = *(at - 1);
        const auto next_busy = std::ranges::upper_bound(busy_, before.start, {}, &Interval::start);
        const bool is_parted = next_busy != busy_.end() && next_busy->start < entry.start;
        const std::uint32_t ends =
            is_parted ? before.stop
                      : end_before(entry.start, before.start, before.stop, before.open != 0);
        if (ends != before.stop) {
            before.stop = ends;
            placement.previous_stop = time_of(ends);
            placement.previous_offset = before.offset;
        }
    }
    placement.start = time_of(entry.start);
    placement.stop = time_of(entry.stop);
    at = entries_.insert(at, entry);
    placed_ = static_cast<std::size_t>(at - entries_.begin());
    return placement;
}

void ChannelSchedule::stretch(std::vector<NewStop>& changed) {
    for (std::size_t i = 0; i + 1 < entries_.size(); ++i) {
        Entry& entry = entries_[i];
        const std::uint32_t next = entries_[i + 1].start;
        if (entry.stop < next && next - entry.stop < kShortest) {
            entry.stop = next;
            changed.push_back({entry.offset, time_of(next)});
        }
    }
}

std::vector<ChannelSchedule::Programme> ChannelSchedule::programmes() const {
    std::vector<Programme> out;
    out.reserve(entries_.size());
    for (const Entry& entry : entries_) {
        out.push_back({entry.start, entry.stop, entry.offset});
    }
    return out;
}

void ChannelSchedule::settle() {
    if (entries_.empty()) {
        return;
    }
    for (const Entry& entry : entries_) {
        busy_.push_back({entry.start, entry.stop});
    }
    entries_ = {};
    std::ranges::sort(busy_, {}, &Interval::start);
    auto last = busy_.begin();
    for (const Interval& one : busy_) {
        if (one.start <= last->stop || one.start - last->stop < kShortest) {
            last->stop = std::max(last->stop, one.stop);
        } else {
            *++last = one;
        }
    }
    busy_.erase(last + 1, busy_.end());
    busy_.shrink_to_fit();
}

std::vector<std::pair<WallTime, WallTime>> ChannelSchedule::gaps(
    WallTime begin, WallTime end) const {
    std::vector<std::pair<WallTime, WallTime>> found;
    WallTime free_from = begin;
    for (const Interval& one : busy_) {
        const WallTime start = std::min(time_of(one.start), end);
        if (start > free_from) {
            found.emplace_back(free_from, start);
        }
        free_from = std::max(free_from, time_of(one.stop));
    }
    if (free_from < end) {
        found.emplace_back(free_from, end);
    }
    return found;
}

} // namespace plex_tuner::guide
