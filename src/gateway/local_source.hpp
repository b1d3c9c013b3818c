// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "http_source.hpp"
#include "media_sink.hpp"

#include <plex_tuner/log/logger.hpp>

#include <functional>
#include <string>

namespace plex_tuner::gateway {

/// udp, rtp or file: no server is asked, and no account's connection is used.
[[nodiscard]] bool is_local_source(const Url& url) noexcept;

/// Plays one of them; see play_datagram_source and play_file_source. `multicast_interface` is for
/// groups whose address names none. Confined to the session's strand.
[[nodiscard]] asio::awaitable<Result<void>> play_local_source(Attempt& attempt, MediaSink& sink,
    Url url, std::string multicast_interface, log::Logger log,
    std::function<void(const SourceOpened&)> opened);

} // namespace plex_tuner::gateway
