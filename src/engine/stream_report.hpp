// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/gateway/gateway.hpp>

#include <string>
#include <vector>

namespace plex_tuner::engine {

/// What the channels that are open send, as JSON for /api/streams. What is not known is left out.
[[nodiscard]] std::string streams_json(const std::vector<gateway::TunerStatus>& tuners);

/// The same of one, in words: "h264 1920x1080 interlaced, 25 fps; ac3 6 channels, deu".
[[nodiscard]] std::string stream_text(const ts::StreamFormat& format);

/// How it is, in words: "key frames every 2 s; PCR every 40 ms, jitter 12 ms; 3 continuity errors".
[[nodiscard]] std::string insight_text(const gateway::StreamInsight& insight);

} // namespace plex_tuner::engine
