// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "init_section.hpp"
#include "media_sink.hpp"
#include "request_factory.hpp"
#include "segment_keys.hpp"
#include "segment_remuxer.hpp"

#include <plex_tuner/hls/playlist.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::gateway {

/// Streams the segments of one media playlist into a sink, decrypted and as transport streams. A
/// segment may be tried again: what the sink has had of it is left out then. Confined to the
/// session's strand.
class SegmentFetcher {
public:
    SegmentFetcher(Attempt& attempt, MediaSink& sink, const RequestFactory& requests,
        media::MediaWorker& worker);

    /// A segment follows, behind a seam that the sink has been told of.
    void begin_segment();

    /// One try of the segment; addresses in it are relative to `playlist`. Without a `limit` it may
    /// take as long as bytes come.
    [[nodiscard]] asio::awaitable<Result<void>> fetch(const hls::Segment& segment,
        const Url& playlist, std::optional<std::chrono::milliseconds> limit);

    /// How long the segment waited for viewers: that says nothing of the line.
    [[nodiscard]] SteadyTime::duration held() const noexcept { return held_; }

private:
    /// Gives bytes of a transport stream to the sink.
    [[nodiscard]] asio::awaitable<Result<void>> give(std::string bytes);
    /// Counts a long `wait` as held up by viewers.
    [[nodiscard]] asio::awaitable<Result<void>> wait_for_viewers(
        asio::awaitable<Result<void>> wait);

    Attempt& attempt_;
    MediaSink& sink_;
    const RequestFactory& requests_;
    SegmentKeys keys_;
    InitSections init_sections_;
    SegmentRemuxer remuxer_;
    std::uint64_t segment_bytes_ = 0; ///< of the current segment, given to the sink
    SteadyTime::duration held_{0};    ///< of it
};

} // namespace plex_tuner::gateway
