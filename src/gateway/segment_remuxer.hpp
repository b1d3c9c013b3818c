// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "init_section.hpp"
#include "media_sink.hpp"

#include <plex_tuner/media/media_worker.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plex_tuner::gateway {

/// Puts segments of MP4 or packed audio into the sink as the transport streams that a worker
/// process makes of them. A segment may be tried again from its first byte: what the sink has had
/// of it is left out then. Confined to the session's strand.
class SegmentRemuxer {
public:
    /// `worker` outlives it; others may use it between segments.
    SegmentRemuxer(Attempt& attempt, MediaSink& sink, media::MediaWorker& worker);

    /// A segment follows, of whatever form, behind a seam that the sink has been told of.
    void begin_segment() noexcept { given_ = 0; }

    /// Before each try of the segment. Another init section than that of the segment before makes
    /// the seam a discontinuity.
    void use_init_section(InitSection init);

    /// A segment that is a transport stream begins: a new init section is given out before it.
    void begin_transport_stream();

    /// A try of the segment begins.
    void begin(media::InputKind kind);
    [[nodiscard]] asio::awaitable<Result<void>> write(std::string_view bytes);
    /// The try's bytes are complete; returns when all that came of them is in the sink.
    [[nodiscard]] asio::awaitable<Result<void>> finish();

private:
    [[nodiscard]] asio::awaitable<Result<void>> give_out();

    Attempt& attempt_;
    MediaSink& sink_;
    media::MediaWorker& worker_;
    InitSection init_; ///< of the segment
    bool any_segment_ = false;
    bool init_due_ = false;           ///< no transport stream has begun with init_ yet
    std::uint8_t tables_version_ = 0; ///< rises when the init section changes
    std::uint64_t given_ = 0;         ///< bytes of the segment that are in the sink
    std::uint64_t skip_ = 0;          ///< bytes of this try to be left out
    std::uint64_t taken_ = 0;         ///< input of this try
    std::int64_t next_time_ = 0;      ///< for packed audio that does not say its time
};

} // namespace plex_tuner::gateway
