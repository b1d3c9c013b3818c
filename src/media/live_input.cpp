// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_input.hpp"

#include <new>

extern "C" {
#include <libavutil/dict.h>
}

namespace plex_tuner::media {

namespace {

/// The demuxer looks for the tables first, and goes back then within what is in its buffer.
constexpr int kBufferSize = 256 * 1024;
constexpr std::int64_t kLookAhead = 188 * 1'000;
constexpr int kMaxStreams = 64;
constexpr std::int64_t kWrap = std::int64_t{1} << 33;

} // namespace

LiveInput::LiveInput(ReadBytes read) : read_(std::move(read)) {
    auto* const buffer = static_cast<std::uint8_t*>(av_malloc(kBufferSize));
    io_.reset(avio_alloc_context(buffer, kBufferSize, 0, this, &fill, nullptr, nullptr));
    if (!io_) {
        throw std::bad_alloc();
    }
    io_->seekable = 0;
}

int LiveInput::fill(void* opaque, std::uint8_t* bytes, int size) noexcept {
    const std::size_t got =
        static_cast<LiveInput*>(opaque)->read_({bytes, static_cast<std::size_t>(size)});
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
}

Result<void> LiveInput::open() {
    const AVInputFormat* const format = av_find_input_format("mpegts");
    AVFormatContext* context = avformat_alloc_context();
    if (context == nullptr) {
        throw std::bad_alloc();
    }
    context->pb = io_.get();
    context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_DISCARD_CORRUPT | AVFMT_FLAG_NOBUFFER;
    context->probesize = kLookAhead;
    context->max_streams = kMaxStreams;
    context->correct_ts_overflow = 0; // it goes on for one wrap only
    const int code = avformat_open_input(&context, "", format, nullptr);
    demuxer_.reset(context); // null if it failed
    return code < 0 ? fail(input_error(code, "reading the transport stream")) : Result<void>{};
}

std::int64_t LiveInput::unwrapped(std::int64_t time) {
    if (time == AV_NOPTS_VALUE || last_time_ == AV_NOPTS_VALUE) {
        return time;
    }
    std::int64_t step = (time - last_time_) % kWrap;
    if (step >= kWrap / 2) {
        step -= kWrap;
    } else if (step < -kWrap / 2) {
        step += kWrap;
    }
    return last_time_ + step;
}

Result<bool> LiveInput::read(AVPacket& packet) {
    av_packet_unref(&packet);
    const int code = av_read_frame(demuxer_.get(), &packet);
    if (code == AVERROR_EOF) {
        return false;
    }
    if (code < 0) {
        return fail(input_error(code, "reading the transport stream"));
    }
    packet.dts = unwrapped(packet.dts);
    packet.pts = unwrapped(packet.pts);
    if (packet.dts != AV_NOPTS_VALUE) {
        last_time_ = packet.dts;
    } else if (packet.pts != AV_NOPTS_VALUE) {
        last_time_ = packet.pts;
    }
    return true;
}

const AVCodecParameters& LiveInput::parameters(const AVPacket& packet) const noexcept {
    return *demuxer_->streams[packet.stream_index]->codecpar;
}

std::optional<int> LiveInput::first_stream(AVMediaType type) const noexcept {
    for (unsigned i = 0; i < demuxer_->nb_streams; ++i) {
        const AVCodecParameters& parameters = *demuxer_->streams[i]->codecpar;
        if (parameters.codec_type == type && avcodec_find_decoder(parameters.codec_id) != nullptr) {
            return static_cast<int>(i);
        }
    }
    return std::nullopt;
}

bool LiveInput::has(AVMediaType type) const noexcept {
    for (unsigned i = 0; i < demuxer_->nb_streams; ++i) {
        const AVCodecParameters& parameters = *demuxer_->streams[i]->codecpar;
        if (parameters.codec_type == type || parameters.codec_type == AVMEDIA_TYPE_UNKNOWN) {
            return true;
        }
    }
    return false;
}

} // namespace plex_tuner::media
