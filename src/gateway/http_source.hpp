// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "media_sink.hpp"
#include "request_factory.hpp"
#include "source_memory.hpp"

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/media_worker.hpp>

#include <functional>
#include <string_view>

namespace plex_tuner::gateway {

/// What the body of an HTTP source turned out to be, for the log.
struct SourceOpened {
    int status = 0;
    std::string_view kind; ///< "ts" or "hls"; of other sources "udp", "rtp" or "file"
};

/// How a continuous stream says that it is over; for a channel that is a failure like others.
inline constexpr std::string_view kStreamEnded = "the source ended the stream";

/// Plays one http(s) source: looks at the first bytes of its body and relays a continuous transport
/// stream, or hands an HLS playlist to HlsSource; anything else is refused by name. Returns a value
/// when the programme is over for good (the end of an HLS playlist), else why it broke off.
/// Confined to the session's strand.
[[nodiscard]] asio::awaitable<Result<void>> play_http_source(Attempt& attempt, MediaSink& sink,
    const RequestFactory& requests, Url source, SourceMemory& memory,
    const media::WorkerOptions& remuxing, log::Logger log,
    std::function<void(const SourceOpened&)> opened);

} // namespace plex_tuner::gateway
