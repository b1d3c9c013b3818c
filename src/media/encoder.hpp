// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/profile.hpp>

#include <functional>

namespace plex_tuner::media {

using TakePacket = std::function<Result<void>(PacketPtr)>;

/// For pictures such as `first`, at a constant rate.
[[nodiscard]] Result<CodecContextPtr> open_video_encoder(
    const Profile& profile, const AVFrame& first, AVRational rate);

/// Of 48 kHz, two channels.
[[nodiscard]] Result<CodecContextPtr> open_audio_encoder(const Profile& profile);

/// The name of the encoder; null: none is needed.
[[nodiscard]] const char* encoder_name(VideoTarget target) noexcept;
[[nodiscard]] const char* encoder_name(AudioTarget target) noexcept;

/// Null: nothing follows. Times of the frames are in units of the encoder's time_base, those of the
/// packets in units of 1/90000 s, counted from `origin`.
[[nodiscard]] Result<void> encode_frame(
    AVCodecContext& encoder, const AVFrame* frame, std::int64_t origin, const TakePacket& take);

} // namespace plex_tuner::media
