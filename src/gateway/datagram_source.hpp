// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "http_source.hpp"
#include "media_sink.hpp"

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/datagram_receiver.hpp>

#include <functional>

namespace plex_tuner::gateway {

/// Plays a transport stream that comes in datagrams, bare or in RTP (RFC 2250), whichever the
/// sender chose. Ends only with an error: nothing says that a sender has stopped, but its silence.
/// Confined to the session's strand.
[[nodiscard]] asio::awaitable<Result<void>> play_datagram_source(Attempt& attempt, MediaSink& sink,
    net::DatagramAddress address, log::Logger log, std::function<void(const SourceOpened&)> opened);

} // namespace plex_tuner::gateway
