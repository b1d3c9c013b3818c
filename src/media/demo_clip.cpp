// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_encoder.hpp"
#include "clip_muxer.hpp"
#include "clip_pictures.hpp"
#include "clip_sounds.hpp"

#include <plex_tuner/media/demo_clip.hpp>

#include <array>
#include <string_view>

namespace plex_tuner::media {
namespace {

constexpr int kAc3FrameSamples = 1536;
constexpr int kMp2FrameSamples = 1152;

/// Whole audio frames in `frames` pictures; the constants are chosen so that it comes out even.
constexpr int ac3_frames(int frames) {
    return frames * (kSampleRate / kPictureRate) / kAc3FrameSamples;
}

static_assert(ac3_frames(BarsPicture::kFrames) * kAc3FrameSamples ==
              BarsPicture::kFrames * (kSampleRate / kPictureRate));
static_assert(ac3_frames(MotionPicture::kFrames) * kAc3FrameSamples ==
              MotionPicture::kFrames * (kSampleRate / kPictureRate));
static_assert(
    BarsPicture::kFrames % kGroupFrames == 0 && MotionPicture::kFrames % kGroupFrames == 0);

constexpr int kBarsSoundSeconds = 4; // the shortest that is both whole seconds and whole frames
static_assert(kBarsSoundSeconds * kSampleRate % kAc3FrameSamples == 0);

// NOLINTNEXTLINE(bugprone-incorrect-roundings): above zero, and lround is no constant expression
constexpr int kTuneFrames = static_cast<int>(kTuneSeconds * kSampleRate / kMp2FrameSamples + 0.5);

Result<DemoClip> finish(std::string_view name, std::span<const EncodedStream> streams) {
    auto bytes = mux_transport_stream(name, streams);
    if (!bytes) {
        return fail(std::move(bytes).error());
    }
    const EncodedStream& first = streams.front();
    std::int64_t ticks = 0;
    for (const PacketPtr& packet : first.packets) {
        ticks += packet->duration;
    }
    const std::chrono::nanoseconds duration(
        ticks * 1'000'000'000 * first.time_base.num / first.time_base.den);
    return DemoClip{.transport_stream = std::move(*bytes), .duration = duration};
}

Result<DemoClip> make_television(std::string_view name, ClipPicture& picture, VideoSettings video,
    const SoundLoop& sound, std::int64_t audio_bit_rate) {
    std::array<EncodedStream, 2> streams;
    auto pictures = encode_mpeg2_video(picture, video);
    if (!pictures) {
        return fail(std::move(pictures).error());
    }
    streams[0] = std::move(*pictures);
    auto audio = encode_audio(sound,
        {.codec = AV_CODEC_ID_AC3, .bit_rate = audio_bit_rate, .frames = ac3_frames(video.frames)});
    if (!audio) {
        return fail(std::move(audio).error());
    }
    streams[1] = std::move(*audio);
    return finish(name, streams);
}

Result<DemoClip> make_bars() {
    BarsPicture picture;
    return make_television("Colour Bars", picture,
        {.frames = BarsPicture::kFrames, .bit_rate = 2'000'000}, make_bars_sound(kBarsSoundSeconds),
        128'000);
}

Result<DemoClip> make_motion() {
    MotionPicture picture;
    constexpr double kBounceSeconds =
        static_cast<double>(MotionPicture::kBounceFrames) / kPictureRate;
    return make_television("Motion", picture,
        {.frames = MotionPicture::kFrames, .bit_rate = 2'500'000},
        make_motion_sound(kBounceSeconds, MotionPicture::kBounces), 192'000);
}

Result<DemoClip> make_radio() {
    std::array<EncodedStream, 1> streams;
    auto audio = encode_audio(
        make_radio_sound(), {.codec = AV_CODEC_ID_MP2, .bit_rate = 320'000, .frames = kTuneFrames});
    if (!audio) {
        return fail(std::move(audio).error());
    }
    streams[0] = std::move(*audio);
    return finish("Radio", streams);
}

} // namespace

Result<DemoClip> make_demo_clip(DemoPicture picture) {
    switch (picture) {
    case DemoPicture::colour_bars:
        return make_bars();
    case DemoPicture::motion:
        return make_motion();
    case DemoPicture::radio:
        return make_radio();
    }
    return fail(ErrorCode::invalid_argument, "no such demo clip");
}

} // namespace plex_tuner::media
