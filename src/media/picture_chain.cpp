// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_chain.hpp"

#include <string>
#include <utility>

namespace plex_tuner::media {

namespace {

constexpr AVRational kClock{1, 90'000};
/// A hole in the pictures longer than that is one in what is made of them, too: nobody wants it
/// filled with the picture before it.
constexpr std::int64_t kMaxFilled = 90'000;
/// Pictures whose times tell no rate by then have none.
constexpr std::size_t kMaxHeld = 32;

} // namespace

Result<void> PictureChain::feed(const AVCodecParameters& parameters, const AVPacket& packet) {
    return decoder_.decode(
        parameters, packet, [this](FramePtr frame) { return hold(std::move(frame)); });
}

Result<void> PictureChain::finish() {
    auto done = decoder_.finish([this](FramePtr frame) { return hold(std::move(frame)); });
    if (done && !rate_) {
        done = release();
    }
    if (done && filters_) {
        done = filters_->push(nullptr);
        if (done) {
            done = drain();
        }
    }
    if (done && encoder_) {
        done = encode_frame(*encoder_, nullptr, origin_, take_);
    }
    return done;
}

Result<void> PictureChain::hold(FramePtr frame) {
    if (frame->pts == AV_NOPTS_VALUE) {
        return {}; // when to show it is not known
    }
    if (rate_) {
        return filter(std::move(frame));
    }
    meter_.add(frame->pts);
    held_.push_back(std::move(frame));
    return meter_.is_known() || held_.size() >= kMaxHeld ? release() : Result<void>{};
}

Result<void> PictureChain::release() {
    rate_ = target_rate(meter_.rate(), profile_.ntsc_rate);
    for (FramePtr& frame : std::exchange(held_, {})) {
        if (auto done = filter(std::move(frame)); !done) {
            return done;
        }
    }
    return {};
}

Result<void> PictureChain::filter(FramePtr frame) {
    const bool is_hole = last_input_ != AV_NOPTS_VALUE && frame->pts - last_input_ > kMaxFilled;
    last_input_ = frame->pts;
    if (filters_ && (is_hole || !filters_->fits(*frame))) {
        auto ended = filters_->push(nullptr);
        if (ended) {
            ended = drain();
        }
        if (!ended) {
            return ended;
        }
        filters_.reset();
    }
    if (origin_ == AV_NOPTS_VALUE) {
        origin_ = frame->pts; // the first picture stays where it is, to the tick
    }
    if (!filters_) {
        if (auto made = make_filters(*frame); !made) {
            return made;
        }
    }
    frame->pict_type = AV_PICTURE_TYPE_NONE; // where the source had key frames is no matter
    frame->pts -= origin_;
    if (auto pushed = filters_->push(frame.get()); !pushed) {
        return pushed;
    }
    return drain();
}

std::string PictureChain::scaling(const AVFrame& first) const {
    if (encoder_) { // what is encoded keeps its size
        const std::string size =
            std::to_string(encoder_->width) + ":" + std::to_string(encoder_->height);
        return "scale=" + size + ":force_original_aspect_ratio=decrease,pad=" + size +
               ":(ow-iw)/2:(oh-ih)/2,";
    }
    if (profile_.max_width > 0 && first.width > profile_.max_width) {
        return "scale=" + std::to_string(profile_.max_width) + ":-2,";
    }
    return first.width % 2 != 0 || first.height % 2 != 0 ? "scale=trunc(iw/2)*2:trunc(ih/2)*2,"
                                                         : "";
}

Result<void> PictureChain::make_filters(const AVFrame& first) {
    const std::string filters = "bwdif=mode=send_frame:parity=auto:deint=interlaced," +
                                scaling(first) + "fps=" + std::to_string(rate_->num) + "/" +
                                std::to_string(rate_->den) + ",format=yuv420p";
    auto made = FilterChain::for_pictures(first, kClock, filters);
    if (!made) {
        return fail(std::move(made).error());
    }
    filters_ = std::move(*made);
    return {};
}

Result<void> PictureChain::drain() {
    return filters_->drain([this](FramePtr frame) { return encode(std::move(frame)); });
}

Result<void> PictureChain::encode(FramePtr frame) {
    if (!encoder_) {
        auto opened = open_video_encoder(profile_, *frame, *rate_);
        if (!opened) {
            return fail(std::move(opened).error());
        }
        encoder_ = std::move(*opened);
    }
    if (last_output_ != AV_NOPTS_VALUE && frame->pts <= last_output_) {
        return {}; // the end of what was before the filters changed
    }
    last_output_ = frame->pts;
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    return encode_frame(*encoder_, frame.get(), origin_, take_);
}

} // namespace plex_tuner::media
