// SPDX-License-Identifier: GPL-3.0-or-later
#include "bootstrap_clip.hpp"

#include "encoder.hpp"
#include "frame_rate.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

extern "C" {
#include <libavutil/samplefmt.h>
}

namespace plex_tuner::media {

namespace {

constexpr int kWidth = 1'280;
constexpr int kHeight = 720;
/// Where the source's is not known, or is none.
constexpr AVRational kRate{30'000, 1'001};
constexpr double kLowestRate = 10;
constexpr double kHighestRate = 60.1;
constexpr int kBlack = 16;
constexpr int kNoColour = 128;
constexpr std::int64_t kTicks = 90'000;
/// Where its times begin: an encoder of sound begins a little earlier.
constexpr std::int64_t kOrigin = kTicks;
constexpr int kNothing = -1;

[[nodiscard]] FramePtr new_frame() {
    FramePtr frame(av_frame_alloc());
    if (!frame) {
        throw std::bad_alloc();
    }
    return frame;
}

[[nodiscard]] Result<FramePtr> black_picture(const Profile& profile) {
    FramePtr frame = new_frame();
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = profile.max_width > 0 ? std::min(kWidth, profile.max_width / 2 * 2) : kWidth;
    frame->height = frame->width * kHeight / kWidth / 2 * 2;
    frame->sample_aspect_ratio = {1, 1};
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) {
        return fail(av_error(code, "making a picture"));
    }
    for (int plane = 0; plane < 3; ++plane) {
        const int height = plane == 0 ? frame->height : frame->height / 2;
        std::memset(frame->data[plane], plane == 0 ? kBlack : kNoColour,
            static_cast<std::size_t>(frame->linesize[plane]) * static_cast<std::size_t>(height));
    }
    return frame;
}

[[nodiscard]] Result<FramePtr> silence_for(const AVCodecContext& encoder) {
    FramePtr frame = new_frame();
    frame->format = encoder.sample_fmt;
    frame->sample_rate = encoder.sample_rate;
    frame->nb_samples = encoder.frame_size;
    if (const int code = av_channel_layout_copy(&frame->ch_layout, &encoder.ch_layout); code < 0) {
        return fail(av_error(code, "making silence"));
    }
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) {
        return fail(av_error(code, "making silence"));
    }
    av_samples_set_silence(frame->extended_data, 0, frame->nb_samples, frame->ch_layout.nb_channels,
        encoder.sample_fmt);
    return frame;
}

/// One of the two streams: the same frame over and over.
struct Track {
    FramePtr frame = {};
    CodecContextPtr encoder = {};
    std::int64_t step = 1; ///< between frames, in units of the encoder's time base
    int number = kNothing; ///< in the muxer

    [[nodiscard]] bool is_there() const noexcept { return encoder != nullptr; }

    /// Where the next frame begins, 90 kHz.
    [[nodiscard]] std::int64_t time() const noexcept {
        return av_rescale_q(frame->pts, encoder->time_base, {1, static_cast<int>(kTicks)});
    }

    [[nodiscard]] Result<void> put(LiveMuxer& muxer, bool is_end) {
        auto put = encode_frame(*encoder, is_end ? nullptr : frame.get(), kOrigin,
            [&](PacketPtr packet) { return muxer.write(std::move(packet), number); });
        frame->pts += step;
        frame->pict_type = AV_PICTURE_TYPE_NONE;
        return put;
    }
};

[[nodiscard]] AVRational rate_of(const Profile& profile, const BootstrapClip& clip) {
    const AVRational source{clip.rate_numerator, clip.rate_denominator};
    const bool is_rate = av_q2d(source) >= kLowestRate && av_q2d(source) <= kHighestRate;
    return is_rate ? target_rate(source, profile.ntsc_rate) : kRate;
}

[[nodiscard]] Result<Track> video_track(const Profile& profile, AVRational rate) {
    Track track;
    auto picture = black_picture(profile);
    if (!picture) {
        return fail(std::move(picture).error());
    }
    track.frame = std::move(*picture);
    auto encoder = open_video_encoder(profile, *track.frame, rate);
    if (!encoder) {
        return fail(std::move(encoder).error());
    }
    track.encoder = std::move(*encoder);
    track.frame->pts = 0;
    return track;
}

[[nodiscard]] Result<Track> audio_track(const Profile& profile) {
    Track track;
    auto encoder = open_audio_encoder(profile);
    if (!encoder) {
        return fail(std::move(encoder).error());
    }
    track.encoder = std::move(*encoder);
    auto silence = silence_for(*track.encoder);
    if (!silence) {
        return fail(std::move(silence).error());
    }
    track.frame = std::move(*silence);
    track.frame->pts = 0;
    track.step = track.encoder->frame_size;
    return track;
}

[[nodiscard]] Result<void> add(Track& track, LiveMuxer& muxer) {
    const auto number = muxer.add_stream(*track.encoder);
    if (!number) {
        return fail(number.error());
    }
    track.number = *number;
    return {};
}

} // namespace

Result<void> make_bootstrap_clip(
    const Profile& profile, const BootstrapClip& clip, TakeBytes take) {
    if (!has_bootstrap_clip(profile)) {
        return fail(ErrorCode::unsupported, "the profile " + profile.name + " has no clip");
    }
    auto video = video_track(profile, rate_of(profile, clip));
    auto audio =
        video && profile.audio != AudioTarget::none ? audio_track(profile) : Result<Track>(Track{});
    if (!video || !audio) {
        return fail(video ? audio.error() : video.error());
    }
    LiveMuxer muxer(std::move(take));
    auto done = add(*video, muxer);
    if (done && audio->is_there()) {
        done = add(*audio, muxer);
    }
    if (done) {
        done = muxer.start();
    }
    const std::int64_t end = clip.length.count() * kTicks / 1'000;
    while (done && video->time() < end) {
        done = video->put(muxer, false);
        // Not shorter than the pictures: what comes behind it begins where the longer one ends.
        while (done && audio->is_there() && audio->time() < video->time()) {
            done = audio->put(muxer, false);
        }
    }
    if (done) {
        done = video->put(muxer, true);
    }
    if (done && audio->is_there()) {
        done = audio->put(muxer, true);
    }
    return done ? muxer.finish() : done;
}

} // namespace plex_tuner::media
