// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "init_section.hpp"
#include "media_sink.hpp"
#include "request_factory.hpp"
#include "segment_remuxer.hpp"

#include <plex_tuner/hls/segment_cursor.hpp>
#include <plex_tuner/log/logger.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::gateway {

/// Plays one HLS source: chooses the variant, follows the media playlist, and streams its segments
/// into the sink in order, as transport streams (RFC 8216 section 6.3). Confined to the session's
/// strand.
class HlsSource {
public:
    HlsSource(Attempt& attempt, MediaSink& sink, const RequestFactory& requests, Url source,
        const remux::WorkerOptions& remuxing, log::Logger log);

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
    };

    [[nodiscard]] asio::awaitable<Result<Document>> fetch_text(Url url);
    /// From whatever playlist to the media playlist of the variant to play.
    [[nodiscard]] asio::awaitable<Result<Loaded>> resolve(Document document);
    [[nodiscard]] asio::awaitable<Result<void>> reload();
    [[nodiscard]] Result<void> accept(Loaded loaded);

    [[nodiscard]] asio::awaitable<Result<void>> play_segment(const hls::Segment& segment);
    [[nodiscard]] asio::awaitable<Result<void>> fetch_segment(
        const hls::Segment& segment, const Url& url);
    [[nodiscard]] std::chrono::milliseconds target() const;
    [[nodiscard]] std::chrono::milliseconds segment_limit() const;

    Attempt& attempt_;
    MediaSink& sink_;
    const RequestFactory& requests_;
    Url source_;       ///< where new tokens come from
    Url playlist_url_; ///< effective address of the media playlist
    log::Logger log_;
    hls::SegmentCursor cursor_;
    InitSections init_sections_;
    SegmentRemuxer remuxer_;
    std::uint64_t segment_bytes_ = 0; ///< of the current segment, given to the sink
    bool any_segment_ = false;
    int lost_in_row_ = 0;
};

} // namespace plex_tuner::gateway
