// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline_segmenter.hpp"
#include "timeline_wire.hpp"

#include <deque>
#include <mutex>

namespace plex_tuner::testing {

/// Plays a script as a live HLS channel (RFC 8216) below `path`. Thread-safe.
class TimelineHls {
public:
    TimelineHls(Script script, TimelineClips clips, std::string path, SentObserver sent)
        : segmenter_(std::move(script), std::move(clips)), path_(std::move(path)),
          sent_(std::move(sent)), with_tokens_(segmenter_.has_tokens()) {}

    /// <path>/live.m3u8
    void serve_entry(ProviderConnection& connection, const ProviderRequest& request);
    /// <path>/list.m3u8
    void serve_list(ProviderConnection& connection, const ProviderRequest& request);
    /// <path>/seg/<n>.ts and <path>/all.ts
    void serve_segment(ProviderConnection& connection, const ProviderRequest& request);

private:
    using Clock = std::chrono::steady_clock;

    struct Listed {
        TimelineSegment segment;
        std::size_t number = 0; ///< of its address, never used twice
        std::size_t offset = 0; ///< in <path>/all.ts
    };

    /// Lets segments appear that are due; the answer that the script has instead of the list.
    [[nodiscard]] std::optional<step::Answer> advance();
    void append(TimelineSegment segment);
    void follow(const Step& step);

    [[nodiscard]] bool filling() const { return !full_ && list_.size() < window_; }

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string lines_of(const Listed& listed) const;
    /// The segment asked for, with its faults, which it is rid of by that; nullopt when gone.
    [[nodiscard]] std::optional<Listed> take(const ProviderRequest& request);

    mutable std::mutex mutex_;
    TimelineSegmenter segmenter_;
    const std::string path_;
    const SentObserver sent_;
    const bool with_tokens_;
    std::deque<Listed> kept_;         ///< all that can still be fetched
    std::deque<Listed> list_;         ///< of the running media sequence, newest last
    std::size_t first_sequence_ = 0;  ///< of list_
    std::size_t discontinuities_ = 0; ///< that left list_
    std::size_t next_number_ = 0;
    std::size_t next_offset_ = 0;
    std::size_t window_ = 5;
    std::size_t back_ = 0; ///< segments by which the list is behind
    std::size_t token_ = 1;
    std::int64_t longest_ = 0; ///< ticks of 27 MHz
    bool ranges_ = false;
    bool gaps_ = false;
    bool full_ = false; ///< the first window has been full
    bool ended_ = false;
    bool over_ = false; ///< no more segments
    Clock::time_point due_;
};

} // namespace plex_tuner::testing
