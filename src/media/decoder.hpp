// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"

#include <plex_tuner/base/result.hpp>

#include <functional>

namespace plex_tuner::media {

/// Frames out of the packets of one stream, whose codec may change on the way. What is damaged is
/// left out.
class Decoder {
public:
    using Take = std::function<Result<void>(FramePtr)>;

    /// Times of the packets are in units of 1/90000 s, and so are those of the frames, in pts
    /// (AV_NOPTS_VALUE: not known).
    [[nodiscard]] Result<void> decode(
        const AVCodecParameters& parameters, const AVPacket& packet, const Take& take);
    /// The stream is at its end: gives the frames that wait.
    [[nodiscard]] Result<void> finish(const Take& take);

private:
    [[nodiscard]] Result<void> open(const AVCodecParameters& parameters);
    [[nodiscard]] Result<void> receive(const Take& take);

    CodecContextPtr context_;
    AVCodecID codec_ = AV_CODEC_ID_NONE;
};

} // namespace plex_tuner::media
