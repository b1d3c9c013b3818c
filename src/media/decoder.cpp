// SPDX-License-Identifier: GPL-3.0-or-later
#include "decoder.hpp"

#include <string>

namespace plex_tuner::media {

namespace {

constexpr AVRational kClock{1, 90'000};
constexpr int kThreads = 2;

} // namespace

Result<void> Decoder::open(const AVCodecParameters& parameters) {
    context_.reset();
    codec_ = parameters.codec_id;
    const AVCodec* const codec = avcodec_find_decoder(parameters.codec_id);
    if (codec == nullptr) {
        return fail(ErrorCode::unsupported,
            std::string("this build has no decoder for ") + avcodec_get_name(parameters.codec_id));
    }
    context_.reset(avcodec_alloc_context3(codec));
    if (!context_) {
        throw std::bad_alloc();
    }
    if (const int code = avcodec_parameters_to_context(context_.get(), &parameters); code < 0) {
        return fail(input_error(code, "setting up a decoder"));
    }
    context_->pkt_timebase = kClock;
    // Slices in parallel: frames in parallel come later by as many as there are threads.
    context_->thread_type = FF_THREAD_SLICE;
    context_->thread_count = kThreads;
    context_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
    const int code = avcodec_open2(context_.get(), codec, nullptr);
    return code < 0 ? fail(input_error(code, std::string("opening the decoder ") + codec->name))
                    : Result<void>{};
}

Result<void> Decoder::decode(
    const AVCodecParameters& parameters, const AVPacket& packet, const Take& take) {
    if (!context_ || parameters.codec_id != codec_) {
        if (auto ended = finish(take); !ended) {
            return ended;
        }
        if (auto opened = open(parameters); !opened) {
            return opened;
        }
    }
    const int code = avcodec_send_packet(context_.get(), &packet);
    if (code == AVERROR(ENOMEM)) {
        return fail(input_error(code, "decoding"));
    }
    return receive(take);
}

Result<void> Decoder::finish(const Take& take) {
    if (!context_) {
        return {};
    }
    avcodec_send_packet(context_.get(), nullptr);
    return receive(take);
}

Result<void> Decoder::receive(const Take& take) {
    for (;;) {
        FramePtr frame = new_frame();
        if (avcodec_receive_frame(context_.get(), frame.get()) < 0) {
            return {};
        }
        frame->pts = frame->best_effort_timestamp;
        if (auto taken = take(std::move(frame)); !taken) {
            return taken;
        }
    }
}

} // namespace plex_tuner::media
