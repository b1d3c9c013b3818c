// SPDX-License-Identifier: GPL-3.0-or-later
#include "encoder.hpp"

#include <cmath>
#include <limits>
#include <new>
#include <string>

extern "C" {
#include <libavutil/opt.h>
}

namespace plex_tuner::media {

namespace {

constexpr AVRational kClock{1, 90'000};
constexpr int kSampleRate = 48'000;
constexpr int kBitsPerKilobit = 1'000;
constexpr int kBaselineLevel = 31;

[[nodiscard]] Result<CodecContextPtr> allocate(const char* name) {
    const AVCodec* const codec = avcodec_find_encoder_by_name(name);
    if (codec == nullptr) {
        return fail(ErrorCode::unsupported, std::string("this build has no encoder ") + name);
    }
    CodecContextPtr context(avcodec_alloc_context3(codec));
    if (!context) {
        throw std::bad_alloc();
    }
    return context;
}

[[nodiscard]] Result<CodecContextPtr> opened(CodecContextPtr context, Dictionary& options) {
    const int code = avcodec_open2(context.get(), context->codec, &options.entries);
    if (code < 0) {
        return fail(av_error(code, std::string("opening the encoder ") + context->codec->name));
    }
    return context;
}

void set_rate_control(AVCodecContext& video, const Profile& profile) {
    video.bit_rate = std::int64_t{profile.video_rate} * kBitsPerKilobit;
    video.rc_max_rate = std::int64_t{profile.video_peak} * kBitsPerKilobit;
    video.rc_buffer_size = profile.video_buffer * kBitsPerKilobit;
    if (profile.constant_rate) {
        video.rc_min_rate = video.rc_max_rate;
    }
}

void set_h264_options(
    AVCodecContext& video, const Profile& profile, int group, Dictionary& options) {
    const std::string pictures = std::to_string(group);
    std::string own =
        "repeat-headers=1:scenecut=0:force-cfr=1:keyint=" + pictures + ":min-keyint=" + pictures;
    if (profile.constant_rate) {
        own += ":nal-hrd=cbr";
    }
    av_dict_set(&options.entries, "preset", "veryfast", 0);
    av_dict_set(&options.entries, "tune", "zerolatency", 0);
    av_dict_set(&options.entries, "a53cc", "0", 0);
    if (profile.access_delimiters) {
        av_dict_set(&options.entries, "aud", "1", 0);
    }
    if (profile.baseline) {
        av_dict_set(&options.entries, "profile", "baseline", 0);
        video.level = kBaselineLevel;
        video.refs = 1;
    }
    av_dict_set(&options.entries, "x264-params", own.c_str(), 0);
}

} // namespace

const char* encoder_name(VideoTarget target) noexcept {
    switch (target) {
    case VideoTarget::h264:
        return "libx264";
    case VideoTarget::mpeg2:
        return "mpeg2video";
    case VideoTarget::none:
    case VideoTarget::copy:
        break;
    }
    return nullptr;
}

const char* encoder_name(AudioTarget target) noexcept {
    switch (target) {
    case AudioTarget::aac:
        return "aac";
    case AudioTarget::mp3:
        return "libmp3lame";
    case AudioTarget::mp2:
        return "mp2";
    case AudioTarget::none:
    case AudioTarget::copy:
        break;
    }
    return nullptr;
}

Result<CodecContextPtr> open_video_encoder(
    const Profile& profile, const AVFrame& first, AVRational rate) {
    auto context = allocate(encoder_name(profile.video));
    if (!context) {
        return context;
    }
    AVCodecContext& video = **context;
    video.width = first.width;
    video.height = first.height;
    video.pix_fmt = AV_PIX_FMT_YUV420P;
    video.sample_aspect_ratio = first.sample_aspect_ratio;
    video.colorspace = first.colorspace;
    video.color_primaries = first.color_primaries;
    video.color_trc = first.color_trc;
    video.color_range = first.color_range;
    video.time_base = av_inv_q(rate);
    video.framerate = rate;
    video.max_b_frames = 0;
    const int group = profile.group_pictures > 0 ? profile.group_pictures
                                                 : static_cast<int>(std::lround(av_q2d(rate)));
    video.gop_size = group;
    video.keyint_min = group;
    video.flags |= AV_CODEC_FLAG_CLOSED_GOP;
    set_rate_control(video, profile);
    Dictionary options;
    if (profile.video == VideoTarget::h264) {
        set_h264_options(video, profile, group, options);
    } else {
        video.thread_count = 1;
        video.flags |= AV_CODEC_FLAG_LOW_DELAY; // says that pictures come in the order of display
        // FFmpeg insists on this with closed groups: no key frames at scene changes.
        av_dict_set(&options.entries, "sc_threshold", "1000000000", 0);
    }
    return opened(std::move(*context), options);
}

Result<CodecContextPtr> open_audio_encoder(const Profile& profile) {
    auto context = allocate(encoder_name(profile.audio));
    if (!context) {
        return context;
    }
    AVCodecContext& audio = **context;
    audio.sample_rate = kSampleRate;
    audio.time_base = {1, kSampleRate};
    audio.bit_rate = std::int64_t{profile.audio_rate} * kBitsPerKilobit;
    audio.sample_fmt = audio.codec->sample_fmts[0];
    audio.thread_count = 1;
    av_channel_layout_default(&audio.ch_layout, 2);
    Dictionary options;
    return opened(std::move(*context), options);
}

Result<void> encode_frame(
    AVCodecContext& encoder, const AVFrame* frame, std::int64_t origin, const TakePacket& take) {
    if (const int code = avcodec_send_frame(&encoder, frame); code < 0 && code != AVERROR_EOF) {
        return fail(av_error(code, "encoding"));
    }
    for (;;) {
        PacketPtr packet = new_packet();
        const int code = avcodec_receive_packet(&encoder, packet.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return {};
        }
        if (code < 0) {
            return fail(av_error(code, "encoding"));
        }
        av_packet_rescale_ts(packet.get(), encoder.time_base, kClock);
        packet->pts += origin;
        packet->dts += origin;
        if (auto taken = take(std::move(packet)); !taken) {
            return taken;
        }
    }
}

} // namespace plex_tuner::media
