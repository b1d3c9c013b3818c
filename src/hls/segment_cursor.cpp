// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/segment_cursor.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::hls {
namespace {

bool is_complete(const MediaPlaylist& playlist) noexcept {
    return playlist.endlist || playlist.type == PlaylistType::vod;
}

Seconds total_duration(const MediaPlaylist& playlist) noexcept {
    Seconds total{0};
    for (const Segment& segment : playlist.segments) {
        total += segment.duration;
    }
    return total;
}

} // namespace

void SegmentCursor::loaded(MediaPlaylist playlist, SteadyTime now) {
    if (!started_) {
        playlist_ = std::move(playlist);
        started_ = !playlist_.segments.empty();
        if (started_ || !last_news_) {
            last_news_ = now;
        }
        next_ = started_ ? start_sequence() : 0;
        schedule(now, started_);
        return;
    }
    const bool older = playlist.end_sequence() < playlist_.end_sequence();
    if (older && !playlist.segments.empty()) {
        const bool overlaps = playlist.end_sequence() > playlist_.media_sequence;
        if (overlaps && ++stale_copies_ <= options_.stale_copies_tolerated) {
            schedule(now, false); // the list at hand is the newer one
            return;
        }
        ++restarts_;
        stale_copies_ = 0;
        playlist_ = std::move(playlist);
        next_ = start_sequence();
        pending_discontinuity_ = true;
        pending_restart_ = true;
        last_news_ = now;
        schedule(now, true);
        return;
    }
    if (older) { // an empty list says nothing new, except that it is the end
        playlist_.endlist = playlist_.endlist || playlist.endlist;
        schedule(now, false);
        return;
    }
    stale_copies_ = 0;
    const bool news = playlist.end_sequence() > playlist_.end_sequence();
    playlist_ = std::move(playlist);
    if (next_ < playlist_.media_sequence) {
        missed_ += playlist_.media_sequence - next_;
        next_ = playlist_.media_sequence;
        pending_discontinuity_ = true;
    }
    if (news) {
        last_news_ = now;
    }
    schedule(now, news);
}

void SegmentCursor::load_failed(SteadyTime now) {
    if (!last_news_) {
        last_news_ = now;
    }
    schedule(now, false);
}

std::optional<SegmentCursor::Next> SegmentCursor::next() {
    while (started_ && next_ < playlist_.end_sequence()) {
        const Segment& segment =
            playlist_.segments[static_cast<std::size_t>(next_ - playlist_.media_sequence)];
        ++next_;
        // Servers that do not count (the number is then 0) lose tags, never gain any.
        const std::uint64_t before = discontinuities_before(segment.sequence);
        const std::uint64_t known = std::exchange(discontinuities_, before);
        // Where a stream begins there is nothing to be discontinuous with.
        const bool seam = (segment.discontinuity || before > known) && given_;
        if (seam && !pending_restart_) {
            time_bases_ += std::max<std::uint64_t>(before > known ? before - known : 0, 1);
        }
        if (segment.gap) {
            pending_discontinuity_ = given_;
            continue;
        }
        time_bases_ += std::exchange(pending_restart_, false) ? 1 : 0;
        Next result{.segment = segment,
            .discontinuity = seam || pending_discontinuity_,
            .time_bases = std::exchange(time_bases_, 0)};
        pending_discontinuity_ = false;
        given_ = true;
        return result;
    }
    return std::nullopt;
}

void SegmentCursor::start_at(std::uint64_t sequence) noexcept {
    if (started_) {
        next_ = std::clamp(sequence, playlist_.media_sequence, playlist_.end_sequence());
    }
}

const Segment* SegmentCursor::find(std::uint64_t sequence) const noexcept {
    if (sequence < playlist_.media_sequence || sequence >= playlist_.end_sequence()) {
        return nullptr;
    }
    return &playlist_.segments[static_cast<std::size_t>(sequence - playlist_.media_sequence)];
}

std::uint64_t SegmentCursor::discontinuities_before(std::uint64_t sequence) const noexcept {
    std::uint64_t count = playlist_.discontinuity_sequence;
    for (const Segment& segment : playlist_.segments) {
        if (segment.sequence > sequence) {
            break;
        }
        count += segment.discontinuity ? 1 : 0;
    }
    return count;
}

bool SegmentCursor::ended() const noexcept {
    return playlist_.endlist && next_ >= playlist_.end_sequence();
}

bool SegmentCursor::stale(SteadyTime now) const noexcept {
    if (playlist_.endlist || !last_news_) {
        return false;
    }
    const auto limit = std::max<Seconds>(
        playlist_.target_duration * options_.stale_after_targets, options_.stale_at_least);
    return now - *last_news_ > limit;
}

std::uint64_t SegmentCursor::start_sequence() const noexcept {
    const std::vector<Segment>& segments = playlist_.segments;
    if (is_complete(playlist_) && !playlist_.start) {
        return playlist_.media_sequence;
    }
    if (playlist_.start) {
        // The segment that contains the wished place.
        const Seconds total = total_duration(playlist_);
        const Seconds wished = playlist_.start->offset.count() < 0 ? total + playlist_.start->offset
                                                                   : playlist_.start->offset;
        Seconds begin{0};
        for (const Segment& segment : segments) {
            if (begin + segment.duration > wished) {
                return segment.sequence;
            }
            begin += segment.duration;
        }
        return segments.back().sequence;
    }
    // From the end backwards until both rules hold: enough segments, enough time.
    const Seconds distance = playlist_.target_duration * options_.live_edge_targets;
    Seconds behind{0};
    std::size_t count = 0;
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
        behind += segment->duration;
        ++count;
        if (count >= options_.live_edge_segments && behind >= distance) {
            return segment->sequence;
        }
    }
    return playlist_.media_sequence;
}

void SegmentCursor::schedule(SteadyTime now, bool news) noexcept {
    const Seconds wait = news ? playlist_.target_duration : playlist_.target_duration / 2;
    const auto bounded = std::clamp<Seconds>(
        wait, Seconds(options_.reload_at_least), Seconds(options_.reload_at_most));
    reload_at_ = now + std::chrono::duration_cast<SteadyTime::duration>(bounded);
}

} // namespace plex_tuner::hls
