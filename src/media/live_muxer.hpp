// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace plex_tuner::media {

/// Whole TS packets; false: nobody takes them any more.
using TakeBytes = std::function<bool(std::span<const std::uint8_t>)>;

/// An endless MPEG transport stream (ISO/IEC 13818-1) of one picture and one sound: program 1 with
/// its PMT on PID 0x1000, video on 0x100, audio on 0x101, tables at each key frame and ten times a
/// second, a PCR every 20 ms, bytes as soon as they are there.
class LiveMuxer {
public:
    explicit LiveMuxer(TakeBytes take);

    LiveMuxer(const LiveMuxer&) = delete;
    LiveMuxer& operator=(const LiveMuxer&) = delete;

    /// Video before audio. Returns the number for write().
    [[nodiscard]] Result<int> add_stream(const AVCodecContext& encoder);
    [[nodiscard]] Result<int> add_stream(const AVCodecParameters& parameters);
    [[nodiscard]] Result<void> start();

    /// Times in units of 1/90000 s, dts and pts known.
    [[nodiscard]] Result<void> write(PacketPtr packet, int stream);
    [[nodiscard]] Result<void> finish();

private:
    static int pass(void* opaque, std::uint8_t* bytes, int size) noexcept;
    [[nodiscard]] AVStream& new_stream(AVMediaType type);

    TakeBytes take_;
    Dictionary options_;
    IoPtr io_;
    MuxerPtr muxer_;
    std::vector<std::int64_t> last_dts_; ///< by stream
};

} // namespace plex_tuner::media
