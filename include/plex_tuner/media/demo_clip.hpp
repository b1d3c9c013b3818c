// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <string>

namespace plex_tuner::media {

enum class DemoPicture {
    colour_bars, ///< MPEG-2 video with a running clock drawn in, AC-3 tone
    motion,      ///< MPEG-2 video of a moving pattern, AC-3 tones
    radio,       ///< audio only: MP2
};

/// A short MPEG-TS clip made to be looped: it starts with PAT, PMT and a key frame, video and audio
/// have the same duration, a closed GOP, and continuity counters that fit when it follows itself.
struct DemoClip {
    std::string transport_stream;            ///< whole 188-byte packets
    std::chrono::nanoseconds duration{};     ///< what timestamps advance by per loop
};

/// Encodes with libavcodec on the calling thread, well under a second.
[[nodiscard]] Result<DemoClip> make_demo_clip(DemoPicture picture);

} // namespace plex_tuner::media
