// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "joined_sink.hpp"
#include "playlist_resolver.hpp"
#include "request_factory.hpp"
#include "segment_fetcher.hpp"
#include "sound_rendition.hpp"
#include "source_memory.hpp"

#include <plex_tuner/hls/segment_cursor.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/media_worker.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// Plays one HLS source: chooses the variant, follows the media playlist, and streams its segments,
/// decrypted and as transport streams, into the sink in order (RFC 8216 section 6.3), joined with
/// the sound that the variant has in a playlist of its own. One request at a time, as accounts may
/// allow only one connection. Confined to the session's strand.
class HlsSource {
public:
    /// `memory` is of earlier runs of the same source, and outlives it.
    HlsSource(Attempt& attempt, MediaSink& sink, const RequestFactory& requests, Url source,
        SourceMemory& memory, const media::WorkerOptions& remuxing, log::Logger log);

    /// `text` is the body that the source answered with, `effective` where it came from. Returns
    /// after the last segment of a playlist that ends, else with the reason.
    [[nodiscard]] asio::awaitable<Result<void>> play(std::string text, Url effective);

private:
    using Loaded = PlaylistResolver::Resolved;

    /// An error only when it cannot go on.
    [[nodiscard]] asio::awaitable<Result<void>> reload(Url from);
    [[nodiscard]] Result<void> accept(Loaded loaded);
    /// Goes on behind what the last run has played, where the playlist still lists that.
    void resume();
    /// Why there are no new segments.
    [[nodiscard]] Error staleness() const;

    [[nodiscard]] asio::awaitable<Result<void>> play_segment(hls::Segment segment);
    [[nodiscard]] asio::awaitable<Result<void>> try_segment(hls::Segment segment);
    [[nodiscard]] asio::awaitable<Result<void>> adapt(
        hls::Seconds took, const hls::Segment& segment);
    [[nodiscard]] std::chrono::milliseconds playlist_limit() const;
    [[nodiscard]] std::chrono::milliseconds target() const;
    /// None for a playlist that has its end.
    [[nodiscard]] std::optional<std::chrono::milliseconds> segment_limit() const;

    Attempt& attempt_;
    JoinedSink sink_;
    Url source_;       ///< where new tokens come from
    Url playlist_url_; ///< effective address of the media playlist
    SourceMemory& memory_;
    log::Logger log_;
    PlaylistResolver playlists_;
    media::MediaWorker worker_; ///< a process once something is to be remuxed
    SegmentFetcher segments_;
    SoundRendition sound_;
    hls::SegmentCursor cursor_;
    std::optional<std::uint64_t> chosen_bandwidth_; ///< of the variant that plays
    bool variant_changed_ = false;                  ///< since the last segment
    bool any_segment_ = false;
    bool any_played_ = false; ///< to its end
    int lost_in_row_ = 0;
    int refusals_ = 0;                  ///< of the playlist, in a row
    std::optional<Error> reload_error_; ///< of the last reload, when it failed
};

} // namespace plex_tuner::gateway
