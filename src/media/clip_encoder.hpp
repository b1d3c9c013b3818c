// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clip_pictures.hpp"
#include "clip_sounds.hpp"
#include "ffmpeg_handles.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <vector>

namespace plex_tuner::media {

/// One elementary stream of a clip. Packets are in decoding order with pts and dts from 0, in units
/// of `time_base`; the sum of their durations is the clip's duration.
struct EncodedStream {
    CodecParametersPtr parameters;
    AVRational time_base{};
    std::vector<PacketPtr> packets;
};

struct VideoSettings {
    int frames = 0;
    std::int64_t bit_rate = 0; ///< bits per second, the upper end: still pictures take less
};

/// MPEG-2 video (ISO/IEC 13818-2, main profile at main level) in closed groups of kGroupFrames
/// without B pictures; the first frame of each group is a key packet.
inline constexpr int kGroupFrames = 12;
[[nodiscard]] Result<EncodedStream> encode_mpeg2_video(
    ClipPicture& picture, VideoSettings settings);

struct AudioSettings {
    AVCodecID codec = AV_CODEC_ID_NONE; ///< AV_CODEC_ID_AC3 or AV_CODEC_ID_MP2
    std::int64_t bit_rate = 0;
    int frames = 0; ///< of the codec: 1536 samples for AC-3, 1152 for MP2
};

/// Encodes `sound`, repeated as often as needed. The encoder is warmed up with the end of the loop,
/// so the first frame continues the last one as a decoder sees it. The size of `sound` must be a
/// whole number of codec frames, and `frames` a multiple of that number.
[[nodiscard]] Result<EncodedStream> encode_audio(const SoundLoop& sound, AudioSettings settings);

} // namespace plex_tuner::media
