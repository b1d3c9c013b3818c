// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "http_source.hpp"
#include "media_sink.hpp"

#include <functional>

namespace plex_tuner::gateway {

/// Plays a transport stream from a file of this machine ("file:///tv/clip.ts") at the pace of its
/// own clock, and ends with it. Who may name files is decided where playlists are read: see
/// provider::LocalFiles. What waits for the disk does so on a thread of its own.
[[nodiscard]] asio::awaitable<Result<void>> play_file_source(Attempt& attempt, MediaSink& sink,
    const Url& url, std::function<void(const SourceOpened&)> opened);

} // namespace plex_tuner::gateway
