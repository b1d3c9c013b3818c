// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/hls/playlist.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace plex_tuner::hls {

/// Decides from successive loads of one media playlist which segment to fetch next and when to load
/// again (RFC 8216 6.3). Segments are known by media sequence number, never by URI. Does no I/O and
/// takes the time from the caller; not thread-safe.
class SegmentCursor {
public:
    struct Options {
        std::size_t live_edge_segments = 3; ///< start with at most so many of a live window
        double live_edge_targets = 3;   ///< and no nearer to its end than so many target durations
        double stale_after_targets = 4; ///< no new segment for that long: stale
        std::chrono::milliseconds stale_at_least{12'000};
        std::chrono::milliseconds reload_at_least{500};
        std::chrono::milliseconds reload_at_most{30'000};
        int stale_copies_tolerated =
            3; ///< older loads in a row (of a lagging cache) before a restart is assumed
    };

    struct Next {
        Segment segment;            ///< URIs from the newest load, as tokens in them may change
        bool discontinuity = false; ///< to be marked before it: by the playlist, a gap or a restart
        /// So many time bases began since the segment given before: discontinuities of the playlist
        /// and restarts. What is missing between two segments begins none.
        std::uint64_t time_bases = 0;
    };

    SegmentCursor() = default;

    explicit SegmentCursor(Options options) : options_(options) {}

    /// A load succeeded at `now`.
    void loaded(MediaPlaylist playlist, SteadyTime now);
    /// A load failed at `now`: reload_at() moves on, staleness keeps counting.
    void load_failed(SteadyTime now);

    /// The next segment to fetch, each once and in order; nullopt: wait for reload_at(), or the
    /// end. EXT-X-GAP segments are passed over and make the following one a discontinuity. So does
    /// EXT-X-DISCONTINUITY-SEQUENCE when the tag itself has left the playlist.
    [[nodiscard]] std::optional<Next> next();

    /// A segment to fetch is listed.
    [[nodiscard]] bool has_next() const noexcept {
        return started_ && next_ < playlist_.end_sequence();
    }

    /// The segment of that number in the newest load; nullptr when it is not listed (any more).
    [[nodiscard]] const Segment* find(std::uint64_t sequence) const noexcept;

    /// Goes on with that segment, or with the nearest there is. Nothing before the first load that
    /// lists one.
    void start_at(std::uint64_t sequence) noexcept;

    /// The segment given last could not be had: the following one is a discontinuity.
    void segment_lost() noexcept { pending_discontinuity_ = true; }

    /// When to load again: one target duration after a load that brought news, half of it after one
    /// that did not.
    [[nodiscard]] SteadyTime reload_at() const noexcept { return reload_at_; }

    /// EXT-X-ENDLIST was loaded and all segments have been given.
    [[nodiscard]] bool ended() const noexcept;
    /// A live playlist has brought no new segment for stale_after_targets: the origin hangs.
    [[nodiscard]] bool stale(SteadyTime now) const noexcept;

    [[nodiscard]] std::uint64_t segments_missed() const noexcept {
        return missed_;
    } ///< fell behind

    [[nodiscard]] std::uint64_t restarts() const noexcept {
        return restarts_;
    } ///< sequence went backwards

    [[nodiscard]] const MediaPlaylist& playlist() const noexcept {
        return playlist_;
    } ///< newest load

private:
    [[nodiscard]] std::uint64_t start_sequence() const noexcept;
    [[nodiscard]] std::uint64_t discontinuities_before(std::uint64_t sequence) const noexcept;
    void schedule(SteadyTime now, bool news) noexcept;

    Options options_;
    MediaPlaylist playlist_;
    bool started_ = false;   ///< segments have been seen
    bool given_ = false;     ///< a segment has been given
    std::uint64_t next_ = 0; ///< sequence number to give next
    bool pending_discontinuity_ = false;
    bool pending_restart_ = false;
    std::uint64_t discontinuities_ = 0; ///< up to the segment given last
    std::uint64_t time_bases_ = 0;      ///< begun in gaps passed over
    int stale_copies_ = 0;
    SteadyTime reload_at_{};
    std::optional<SteadyTime> last_news_;
    std::uint64_t missed_ = 0;
    std::uint64_t restarts_ = 0;
};

} // namespace plex_tuner::hls
