// SPDX-License-Identifier: GPL-3.0-or-later
#include "sound_chain.hpp"

#include <string>
#include <utility>

extern "C" {
#include <libavutil/samplefmt.h>
}

namespace plex_tuner::media {

namespace {

constexpr AVRational kClock{1, 90'000};
constexpr std::int64_t kTicks = 90'000;
/// A hole longer than that is not filled with silence.
constexpr std::int64_t kMaxFilled = kTicks;

} // namespace

Result<void> SoundChain::feed(const AVCodecParameters& parameters, const AVPacket& packet) {
    return decoder_.decode(
        parameters, packet, [this](FramePtr frame) { return filter(std::move(frame)); });
}

Result<void> SoundChain::finish() {
    auto done = decoder_.finish([this](FramePtr frame) { return filter(std::move(frame)); });
    if (done && filters_) {
        done = end_filters();
    }
    if (done && encoder_) {
        done = encode_frame(*encoder_, nullptr, 0, take_);
    }
    return done;
}

Result<void> SoundChain::end_filters() {
    auto ended = filters_->push(nullptr);
    if (ended) {
        ended = drain();
    }
    filters_.reset();
    return ended;
}

Result<void> SoundChain::filter(FramePtr frame) {
    if (frame->sample_rate <= 0 || frame->nb_samples <= 0) {
        return {};
    }
    if (frame->pts == AV_NOPTS_VALUE) {
        frame->pts = next_input_;
    }
    if (frame->pts == AV_NOPTS_VALUE) {
        return {}; // when to play it is not known
    }
    const bool is_hole = next_input_ != AV_NOPTS_VALUE && frame->pts - next_input_ > kMaxFilled;
    next_input_ = frame->pts + frame->nb_samples * kTicks / frame->sample_rate;
    if (filters_ && (is_hole || !filters_->fits(*frame))) {
        if (auto ended = end_filters(); !ended) {
            return ended;
        }
    }
    if (!filters_) {
        if (auto made = make_filters(*frame); !made) {
            return made;
        }
    }
    if (auto pushed = filters_->push(frame.get()); !pushed) {
        return pushed;
    }
    return drain();
}

Result<void> SoundChain::make_filters(const AVFrame& first) {
    if (!encoder_) {
        auto opened = open_audio_encoder(profile_);
        if (!opened) {
            return fail(std::move(opened).error());
        }
        encoder_ = std::move(*opened);
    }
    const std::string rate = std::to_string(encoder_->sample_rate);
    // Sound that drifts from its clock is stretched, what is missing is silence: from 20 ms on, for
    // what FFmpeg leaves alone by default (0.1 s) adds up to lips that are seen to be late.
    auto made = FilterChain::for_sounds(first, kClock,
        "aresample=" + rate + ":async=1:min_hard_comp=0.02,aformat=sample_fmts=" +
            av_get_sample_fmt_name(encoder_->sample_fmt) + ":sample_rates=" + rate +
            ":channel_layouts=stereo");
    if (!made) {
        return fail(std::move(made).error());
    }
    filters_ = std::move(*made);
    filters_->set_frame_size(encoder_->frame_size);
    return {};
}

Result<void> SoundChain::drain() {
    return filters_->drain([this](FramePtr frame) { return encode(std::move(frame)); });
}

Result<void> SoundChain::encode(FramePtr frame) {
    if (frame->nb_samples < encoder_->frame_size) {
        return {}; // the rest of what was before the filters changed, milliseconds
    }
    frame->pts = av_rescale_q(frame->pts, filters_->time_base(), encoder_->time_base);
    if (next_output_ != AV_NOPTS_VALUE && frame->pts < next_output_) {
        frame->pts = next_output_; // rounding, where the filters changed
    }
    next_output_ = frame->pts + frame->nb_samples;
    return encode_frame(*encoder_, frame.get(), 0, take_);
}

} // namespace plex_tuner::media
