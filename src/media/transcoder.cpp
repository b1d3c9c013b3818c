// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcoder.hpp"

#include <utility>

namespace plex_tuner::media {

namespace {

/// Of the stream's own time: a sound (or picture) that is announced and has not come by then is
/// not waited for any longer.
constexpr std::int64_t kMaxWait = std::int64_t{3} * 90'000;
/// Where the source does not say how long a picture lasts.
constexpr std::int64_t kSomeDuration = 3'600;

} // namespace

Transcoder::Transcoder(Profile profile, ReadBytes read, TakeBytes take)
    : profile_(std::move(profile)), input_(std::move(read)), muxer_(std::move(take)),
      pictures_(profile_, [this](PacketPtr packet) { return put(true, std::move(packet)); }),
      sounds_(profile_, [this](PacketPtr packet) { return put(false, std::move(packet)); }) {
    video_.is_wanted = profile_.video != VideoTarget::none;
    audio_.is_wanted = profile_.audio != AudioTarget::none;
}

Result<void> Transcoder::run() {
    if (auto opened = input_.open(); !opened) {
        return opened;
    }
    const PacketPtr packet = new_packet();
    for (;;) {
        const auto more = input_.read(*packet);
        if (!more) {
            return fail(more.error());
        }
        if (!*more) {
            break;
        }
        if (auto taken = take(*packet); !taken) {
            return taken;
        }
        if (auto started = start_if_ready(false); !started) {
            return started;
        }
    }
    Result<void> done;
    if (video_.input >= 0 && profile_.video != VideoTarget::copy) {
        done = pictures_.finish();
    }
    if (done && audio_.input >= 0 && profile_.audio != AudioTarget::copy) {
        done = sounds_.finish();
    }
    if (done) {
        done = start_if_ready(true);
    }
    if (done && !is_started_) {
        return fail(ErrorCode::parse, "there was neither picture nor sound in the stream");
    }
    return done ? muxer_.finish() : done;
}

Result<void> Transcoder::take(const AVPacket& packet) {
    const AVCodecParameters& parameters = input_.parameters(packet);
    const bool is_video = parameters.codec_type == AVMEDIA_TYPE_VIDEO;
    if (!is_video && parameters.codec_type != AVMEDIA_TYPE_AUDIO) {
        return {};
    }
    if (packet.dts != AV_NOPTS_VALUE) {
        time_ = packet.dts;
        if (first_time_ == AV_NOPTS_VALUE) {
            first_time_ = time_;
        }
    }
    Output& output = is_video ? video_ : audio_;
    if (!output.is_wanted) {
        return {};
    }
    if (output.input < 0) {
        output.input = input_.first_stream(parameters.codec_type).value_or(packet.stream_index);
    }
    if (output.input != packet.stream_index) {
        return {};
    }
    if (is_video ? profile_.video == VideoTarget::copy : profile_.audio == AudioTarget::copy) {
        return copy(output, packet, parameters);
    }
    return is_video ? pictures_.feed(parameters, packet) : sounds_.feed(parameters, packet);
}

Result<void> Transcoder::copy(
    Output& output, const AVPacket& packet, const AVCodecParameters& parameters) {
    const bool is_video = &output == &video_;
    if (!output.copied) {
        if (is_video && (packet.flags & AV_PKT_FLAG_KEY) == 0) {
            return {}; // nobody can begin there
        }
        output.copied.reset(avcodec_parameters_alloc());
        if (!output.copied || avcodec_parameters_copy(output.copied.get(), &parameters) < 0) {
            throw std::bad_alloc();
        }
    }
    PacketPtr copied(av_packet_clone(&packet));
    if (!copied) {
        throw std::bad_alloc();
    }
    if (copied->dts == AV_NOPTS_VALUE) {
        copied->dts = output.next_dts != AV_NOPTS_VALUE ? output.next_dts : copied->pts;
    }
    if (copied->pts == AV_NOPTS_VALUE) {
        copied->pts = copied->dts;
    }
    if (copied->dts == AV_NOPTS_VALUE) {
        return {};
    }
    output.next_dts = copied->dts + (copied->duration > 0 ? copied->duration : kSomeDuration);
    return put(is_video, std::move(copied));
}

Result<void> Transcoder::put(bool is_video, PacketPtr packet) {
    Output& output = is_video ? video_ : audio_;
    output.is_ready = true;
    if (!is_started_) {
        waiting_.push_back({is_video, std::move(packet)});
        return {};
    }
    if (!output.number) {
        return {}; // it came too late to be announced
    }
    return muxer_.write(std::move(packet), *output.number);
}

bool Transcoder::is_complete() const {
    const bool has_video = video_.is_wanted && input_.has(AVMEDIA_TYPE_VIDEO);
    const bool has_audio = audio_.is_wanted && input_.has(AVMEDIA_TYPE_AUDIO);
    return (!has_video || video_.is_ready) && (!has_audio || audio_.is_ready);
}

Result<void> Transcoder::start_if_ready(bool is_end) {
    const bool is_any = video_.is_ready || audio_.is_ready;
    const bool is_late = time_ != AV_NOPTS_VALUE && time_ - first_time_ > kMaxWait;
    if (is_started_ || !is_any || !(is_complete() || is_late || is_end)) {
        return {};
    }
    is_started_ = true;
    for (const auto& [output, encoder] :
        {std::pair(&video_, pictures_.encoder()), std::pair(&audio_, sounds_.encoder())}) {
        if (output->is_ready) {
            if (auto added = add(*output, encoder); !added) {
                return added;
            }
        }
    }
    if (auto started = muxer_.start(); !started) {
        return started;
    }
    for (Waiting& one : std::exchange(waiting_, {})) {
        if (auto put_out = put(one.is_video, std::move(one.packet)); !put_out) {
            return put_out;
        }
    }
    return {};
}

Result<void> Transcoder::add(Output& output, const AVCodecContext* encoder) {
    const auto number =
        encoder != nullptr ? muxer_.add_stream(*encoder) : muxer_.add_stream(*output.copied);
    if (!number) {
        return fail(number.error());
    }
    output.number = *number;
    return {};
}

} // namespace plex_tuner::media
