// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
}

namespace plex_tuner::media {
namespace {

// Audio frames encoded and thrown away before those that are kept: more than the transforms overlap
// and the encoders' analysis looks back.
constexpr int kWarmUpFrames = 4;
constexpr int kChannels = 2;

Result<CodecContextPtr> allocate_encoder(AVCodecID id) {
    const AVCodec* codec = avcodec_find_encoder(id);
    if (codec == nullptr) {
        return fail(ErrorCode::unsupported,
            std::string("the FFmpeg libraries have no encoder for ") + avcodec_get_name(id));
    }
    CodecContextPtr context(avcodec_alloc_context3(codec));
    if (!context) {
        return fail(av_error(AVERROR(ENOMEM), "allocating an encoder"));
    }
    context->thread_count = 1;
    return context;
}

Result<void> open(AVCodecContext& context) {
    if (const int code = avcodec_open2(&context, context.codec, nullptr); code < 0) {
        return fail(av_error(
            code, std::string("opening the encoder ") + avcodec_get_name(context.codec_id)));
    }
    return {};
}

/// Hands `frame` (null: end of stream) to the encoder and every packet that is ready to `take`.
Result<void> encode(
    AVCodecContext& context, const AVFrame* frame, const std::function<void(PacketPtr)>& take) {
    if (const int code = avcodec_send_frame(&context, frame); code < 0) {
        return fail(av_error(code, "encoding a frame"));
    }
    for (;;) {
        PacketPtr packet(av_packet_alloc());
        if (!packet) {
            return fail(av_error(AVERROR(ENOMEM), "allocating a packet"));
        }
        const int code = avcodec_receive_packet(&context, packet.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return {};
        }
        if (code < 0) {
            return fail(av_error(code, "encoding a frame"));
        }
        take(std::move(packet));
    }
}

Result<CodecParametersPtr> parameters_of(const AVCodecContext& context) {
    CodecParametersPtr parameters(avcodec_parameters_alloc());
    if (!parameters) {
        return fail(av_error(AVERROR(ENOMEM), "allocating codec parameters"));
    }
    if (const int code = avcodec_parameters_from_context(parameters.get(), &context); code < 0) {
        return fail(av_error(code, "reading codec parameters"));
    }
    return parameters;
}

Result<CodecContextPtr> open_video(const VideoSettings& settings) {
    auto context = allocate_encoder(AV_CODEC_ID_MPEG2VIDEO);
    if (!context) {
        return context;
    }
    AVCodecContext& video = **context;
    video.width = kPictureWidth;
    video.height = kPictureHeight;
    video.time_base = {.num = 1, .den = kPictureRate};
    video.framerate = {.num = kPictureRate, .den = 1};
    video.pix_fmt = AV_PIX_FMT_YUV420P;
    video.sample_aspect_ratio = {.num = 1, .den = 1};
    video.colorspace = AVCOL_SPC_SMPTE170M;
    video.color_primaries = AVCOL_PRI_SMPTE170M;
    video.color_trc = AVCOL_TRC_SMPTE170M;
    video.gop_size = kGroupFrames;
    video.max_b_frames = 0;
    video.flags |= AV_CODEC_FLAG_CLOSED_GOP;
    video.bit_rate = settings.bit_rate;
    video.rc_max_rate = settings.bit_rate * 2;
    video.rc_buffer_size = 1'835'008; // bits, the VBV of main level (13818-2 table 8-14)
    // FFmpeg insists on this with closed groups: no key frames at scene changes, which move groups.
    av_opt_set_int(video.priv_data, "sc_threshold", 1'000'000'000, 0);
    if (auto opened = open(video); !opened) {
        return fail(std::move(opened).error());
    }
    return context;
}

Result<FramePtr> video_frame() {
    FramePtr frame(av_frame_alloc());
    if (!frame) {
        return fail(av_error(AVERROR(ENOMEM), "allocating a picture"));
    }
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = kPictureWidth;
    frame->height = kPictureHeight;
    if (const int code = av_frame_get_buffer(frame.get(), 0); code < 0) {
        return fail(av_error(code, "allocating a picture"));
    }
    return frame;
}

Canvas canvas_over(AVFrame& frame) {
    return Canvas(frame.width, frame.height,
        {{{.data = frame.data[0], .stride = frame.linesize[0]},
            {.data = frame.data[1], .stride = frame.linesize[1]},
            {.data = frame.data[2], .stride = frame.linesize[2]}}});
}

Result<CodecContextPtr> open_audio(const AudioSettings& settings) {
    auto context = allocate_encoder(settings.codec);
    if (!context) {
        return context;
    }
    AVCodecContext& audio = **context;
    audio.sample_rate = kSampleRate;
    audio.time_base = {.num = 1, .den = kSampleRate};
    audio.sample_fmt = settings.codec == AV_CODEC_ID_AC3 ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_S16;
    av_channel_layout_default(&audio.ch_layout, kChannels);
    audio.bit_rate = settings.bit_rate;
    if (auto opened = open(audio); !opened) {
        return fail(std::move(opened).error());
    }
    return context;
}

Result<FramePtr> audio_frame(const AVCodecContext& audio) {
    FramePtr frame(av_frame_alloc());
    if (!frame) {
        return fail(av_error(AVERROR(ENOMEM), "allocating samples"));
    }
    frame->format = audio.sample_fmt;
    frame->nb_samples = audio.frame_size;
    frame->sample_rate = audio.sample_rate;
    int code = av_channel_layout_copy(&frame->ch_layout, &audio.ch_layout);
    if (code >= 0) {
        code = av_frame_get_buffer(frame.get(), 0);
    }
    if (code < 0) {
        return fail(av_error(code, "allocating samples"));
    }
    return frame;
}

void fill_samples(AVFrame& frame, const SoundLoop& sound, std::int64_t first) {
    if (frame.format == AV_SAMPLE_FMT_FLTP) {
        auto* left = reinterpret_cast<float*>(frame.data[0]);
        auto* right = reinterpret_cast<float*>(frame.data[1]);
        for (int i = 0; i < frame.nb_samples; ++i) {
            left[i] = sound.left(first + i);
            right[i] = sound.right(first + i);
        }
        return;
    }
    const auto quantised = [](float value) {
        constexpr float kFullScale = 32767.0F;
        return static_cast<std::int16_t>(std::lrint(std::clamp(value, -1.0F, 1.0F) * kFullScale));
    };
    auto* interleaved = reinterpret_cast<std::int16_t*>(frame.data[0]);
    for (int i = 0; i < frame.nb_samples; ++i) {
        *interleaved++ = quantised(sound.left(first + i));
        *interleaved++ = quantised(sound.right(first + i));
    }
}

/// Encodes one turn of the loop, preceded by kWarmUpFrames of its end that are dropped.
Result<std::vector<PacketPtr>> encode_turn(AVCodecContext& audio, const SoundLoop& sound) {
    auto frame = audio_frame(audio);
    if (!frame) {
        return fail(std::move(frame).error());
    }
    const auto period = static_cast<int>(sound.size() / static_cast<std::size_t>(audio.frame_size));
    std::vector<PacketPtr> packets;
    int to_drop = kWarmUpFrames;
    const auto take = [&](PacketPtr packet) {
        if (to_drop > 0) {
            --to_drop;
        } else if (std::ssize(packets) < period) {
            packets.push_back(std::move(packet));
        }
    };
    for (int index = -kWarmUpFrames; std::ssize(packets) < period; ++index) {
        if (index > period + kWarmUpFrames) {
            return fail(ErrorCode::internal, "the audio encoder swallows frames");
        }
        if (const int code = av_frame_make_writable(frame->get()); code < 0) {
            return fail(av_error(code, "allocating samples"));
        }
        // The decoder's output lags by initial_padding samples; feeding that much ahead puts the
        // sound where the time stamps say.
        const std::int64_t first = std::int64_t{index} * audio.frame_size;
        fill_samples(**frame, sound, first + audio.initial_padding);
        (*frame)->pts = first + std::int64_t{kWarmUpFrames} * audio.frame_size;
        if (auto encoded = encode(audio, frame->get(), take); !encoded) {
            return fail(std::move(encoded).error());
        }
    }
    return packets;
}

} // namespace

Result<EncodedStream> encode_mpeg2_video(ClipPicture& picture, VideoSettings settings) {
    auto context = open_video(settings);
    if (!context) {
        return fail(std::move(context).error());
    }
    auto frame = video_frame();
    if (!frame) {
        return fail(std::move(frame).error());
    }
    EncodedStream stream;
    stream.time_base = (*context)->time_base;
    const auto take = [&](PacketPtr packet) {
        packet->duration = 1;
        packet->dts = packet->pts; // no B pictures: nothing is reordered
        stream.packets.push_back(std::move(packet));
    };
    for (int index = 0; index < settings.frames; ++index) {
        if (const int code = av_frame_make_writable(frame->get()); code < 0) {
            return fail(av_error(code, "allocating a picture"));
        }
        Canvas canvas = canvas_over(**frame);
        picture.draw(canvas, index);
        (*frame)->pts = index;
        if (auto encoded = encode(**context, frame->get(), take); !encoded) {
            return fail(std::move(encoded).error());
        }
    }
    if (auto flushed = encode(**context, nullptr, take); !flushed) {
        return fail(std::move(flushed).error());
    }
    if (std::ssize(stream.packets) != settings.frames) {
        return fail(ErrorCode::internal, "the video encoder dropped frames");
    }
    auto parameters = parameters_of(**context);
    if (!parameters) {
        return fail(std::move(parameters).error());
    }
    stream.parameters = std::move(*parameters);
    return stream;
}

Result<EncodedStream> encode_audio(const SoundLoop& sound, AudioSettings settings) {
    auto context = open_audio(settings);
    if (!context) {
        return fail(std::move(context).error());
    }
    const auto frame_size = static_cast<std::size_t>((*context)->frame_size);
    const std::size_t period = sound.size() / frame_size;
    if (period == 0 || sound.size() % frame_size != 0 ||
        static_cast<std::size_t>(settings.frames) % period != 0) {
        return fail(ErrorCode::internal, "the sound does not fit the frames of its codec");
    }
    auto turn = encode_turn(**context, sound);
    if (!turn) {
        return fail(std::move(turn).error());
    }
    EncodedStream stream;
    stream.time_base = {.num = 1, .den = kSampleRate};
    for (int index = 0; index < settings.frames; ++index) {
        PacketPtr packet(av_packet_clone(turn->at(static_cast<std::size_t>(index) % period).get()));
        if (!packet) {
            return fail(av_error(AVERROR(ENOMEM), "allocating a packet"));
        }
        packet->duration = (*context)->frame_size;
        packet->pts = std::int64_t{index} * packet->duration;
        packet->dts = packet->pts;
        stream.packets.push_back(std::move(packet));
    }
    auto parameters = parameters_of(**context);
    if (!parameters) {
        return fail(std::move(parameters).error());
    }
    stream.parameters = std::move(*parameters);
    return stream;
}

} // namespace plex_tuner::media
