// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <string>

namespace plex_tuner::media {

enum class DemoPicture {
    /// MPEG-2 video of colour bars and AC-3 pips. It lasts one minute and shows its seconds:
    /// started
    /// at a full minute of the wall clock it is a clock.
    colour_bars,
    motion, ///< MPEG-2 video of a bouncing ball, AC-3 sound
    radio,  ///< audio only: a tune in MP2
};

/// A short MPEG-TS clip made to be looped: it starts with PAT, PMT and a key frame, video and audio
/// end together, groups of pictures are closed, tables precede each key frame, and the sound goes
/// on without a click. Each time it follows itself, clocks have to be advanced by `duration` and
/// continuity counters to be continued.
struct DemoClip {
    std::string transport_stream;        ///< whole 188-byte packets, one frame per PES packet
    std::chrono::nanoseconds duration{}; ///< a whole number of 90 kHz ticks
};

/// Encodes with libavcodec on the calling thread, which takes some tenths of a second. In a build
/// without FFmpeg: unsupported.
[[nodiscard]] Result<DemoClip> make_demo_clip(DemoPicture picture);

} // namespace plex_tuner::media
