// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "http_source.hpp"
#include "media_sink.hpp"

#include <functional>

namespace plex_tuner::gateway {

/// Reads a transport stream from an open file, pipe or device into the sink, as fast as it comes,
/// to its end. `descriptor` stays open, and as it was. Confined to the attempt's strand.
[[nodiscard]] asio::awaitable<Result<void>> play_descriptor(Attempt& attempt, MediaSink& sink,
    int descriptor, std::function<void(const SourceOpened&)> opened);

} // namespace plex_tuner::gateway
