// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "bandwidth_policy.hpp"
#include "init_section.hpp"
#include "media_sink.hpp"
#include "request_factory.hpp"
#include "segment_keys.hpp"
#include "segment_remuxer.hpp"

#include <plex_tuner/hls/segment_cursor.hpp>
#include <plex_tuner/log/logger.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::gateway {

/// Plays one HLS source: chooses the variant, follows the media playlist, and streams its segments,
/// decrypted and as transport streams, into the sink in order (RFC 8216 section 6.3). One request
/// at a time, as accounts may allow only one connection. Confined to the session's strand.
class HlsSource {
public:
    /// `bandwidth` outlives it and knows of earlier runs of the same source.
    HlsSource(Attempt& attempt, MediaSink& sink, const RequestFactory& requests, Url source,
        BandwidthPolicy& bandwidth, const media::WorkerOptions& remuxing, log::Logger log);

    /// `text` is the body that the source answered with, `effective` where it came from. Returns
    /// after the last segment of a playlist that ends, else with the reason.
    [[nodiscard]] asio::awaitable<Result<void>> play(std::string text, Url effective);

private:
    struct Document {
        std::string text;
        Url url; ///< effective
    };

    struct Loaded {
        hls::MediaPlaylist playlist;
        Url url;
        std::optional<std::uint64_t> bandwidth; ///< of the variant, when it was chosen just now
    };

    [[nodiscard]] asio::awaitable<Result<Document>> fetch_text(
        Url url, std::chrono::milliseconds limit);
    /// From whatever playlist to the media playlist of the variant to play.
    [[nodiscard]] asio::awaitable<Result<Loaded>> resolve(Document document);
    /// An error only when it cannot go on.
    [[nodiscard]] asio::awaitable<Result<void>> reload(Url from);
    [[nodiscard]] Result<void> accept(Loaded loaded);

    [[nodiscard]] asio::awaitable<Result<void>> play_segment(hls::Segment segment);
    [[nodiscard]] asio::awaitable<Result<void>> try_segment(hls::Segment segment);
    [[nodiscard]] asio::awaitable<Result<void>> fetch_segment(
        const hls::Segment& segment, const Url& url);
    /// Gives bytes of the segment to the sink once they are known to be a transport stream.
    [[nodiscard]] asio::awaitable<Result<void>> give(std::string_view bytes, std::size_t read);
    /// Counts a long `wait` as held up by viewers.
    [[nodiscard]] asio::awaitable<Result<void>> wait_for_viewers(
        asio::awaitable<Result<void>> wait);
    [[nodiscard]] asio::awaitable<Result<void>> adapt(
        hls::Seconds took, const hls::Segment& segment);
    [[nodiscard]] std::chrono::milliseconds playlist_limit() const;
    [[nodiscard]] std::chrono::milliseconds target() const;
    [[nodiscard]] std::chrono::milliseconds segment_limit() const;

    Attempt& attempt_;
    MediaSink& sink_;
    const RequestFactory& requests_;
    Url source_;       ///< where new tokens come from
    Url playlist_url_; ///< effective address of the media playlist
    BandwidthPolicy& bandwidth_;
    log::Logger log_;
    SegmentKeys keys_;
    hls::SegmentCursor cursor_;
    InitSections init_sections_;
    SegmentRemuxer remuxer_;
    std::size_t variants_ = 1;                      ///< to choose from
    std::optional<std::uint64_t> chosen_bandwidth_; ///< of the variant that plays
    bool variant_changed_ = false;                  ///< since the last segment
    std::uint64_t segment_bytes_ = 0;               ///< of the current segment, given to the sink
    SteadyTime::duration held_{0};                  ///< of it, waiting for viewers
    bool any_segment_ = false;
    bool any_played_ = false; ///< to its end
    int lost_in_row_ = 0;
};

} // namespace plex_tuner::gateway
