// SPDX-License-Identifier: GPL-3.0-or-later
#include "live_muxer.hpp"

#include <algorithm>
#include <new>

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
}

namespace plex_tuner::media {

namespace {

constexpr AVRational kClock{1, 90'000};
constexpr int kVideoPid = 0x100;
constexpr int kAudioPid = 0x101;
constexpr int kBufferSize = 188 * 170;
/// By so much the PCR runs before the time stamps.
constexpr int kMuxDelayMicroseconds = 350'000;
/// What one stream has is not held back for longer because the other one has nothing.
constexpr std::int64_t kMaxHeldMicroseconds = 500'000;

} // namespace

LiveMuxer::LiveMuxer(TakeBytes take) : take_(std::move(take)) {
    auto* const buffer = static_cast<std::uint8_t*>(av_malloc(kBufferSize));
    io_.reset(avio_alloc_context(buffer, kBufferSize, 1, this, nullptr, &pass, nullptr));
    AVFormatContext* raw = nullptr;
    if (!io_ || avformat_alloc_output_context2(&raw, nullptr, "mpegts", nullptr) < 0) {
        throw std::bad_alloc();
    }
    muxer_.reset(raw);
    muxer_->pb = io_.get();
    muxer_->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_FLUSH_PACKETS;
    muxer_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    muxer_->max_delay = kMuxDelayMicroseconds;
    muxer_->max_interleave_delta = kMaxHeldMicroseconds;
    av_dict_set(&muxer_->metadata, "service_name", "plex-tuner", 0);
    av_dict_set(&muxer_->metadata, "service_provider", "plex-tuner", 0);
    av_dict_set(&options_.entries, "mpegts_copyts", "1", 0);
    av_dict_set(&options_.entries, "mpegts_flags", "resend_headers+pat_pmt_at_frames", 0);
    av_dict_set(&options_.entries, "pcr_period", "20", 0);
}

int LiveMuxer::pass(void* opaque, std::uint8_t* bytes, int size) noexcept {
    const auto& muxer = *static_cast<LiveMuxer*>(opaque);
    return muxer.take_({bytes, static_cast<std::size_t>(size)}) ? size : AVERROR(EPIPE);
}

AVStream& LiveMuxer::new_stream(AVMediaType type) {
    AVStream* const added = avformat_new_stream(muxer_.get(), nullptr);
    if (added == nullptr) {
        throw std::bad_alloc();
    }
    added->id = type == AVMEDIA_TYPE_VIDEO ? kVideoPid : kAudioPid;
    added->time_base = kClock;
    last_dts_.push_back(AV_NOPTS_VALUE);
    return *added;
}

Result<int> LiveMuxer::add_stream(const AVCodecContext& encoder) {
    AVStream& added = new_stream(encoder.codec_type);
    const int code = avcodec_parameters_from_context(added.codecpar, &encoder);
    return code < 0 ? Result<int>(fail(av_error(code, "adding a stream"))) : added.index;
}

Result<int> LiveMuxer::add_stream(const AVCodecParameters& parameters) {
    AVStream& added = new_stream(parameters.codec_type);
    const int code = avcodec_parameters_copy(added.codecpar, &parameters);
    added.codecpar->codec_tag = 0;
    return code < 0 ? Result<int>(fail(av_error(code, "adding a stream"))) : added.index;
}

Result<void> LiveMuxer::start() {
    const int code = avformat_write_header(muxer_.get(), &options_.entries);
    return code < 0 ? fail(av_error(code, "starting the transport stream")) : Result<void>{};
}

Result<void> LiveMuxer::write(PacketPtr packet, int stream) {
    std::int64_t& last = last_dts_[static_cast<std::size_t>(stream)];
    if (last != AV_NOPTS_VALUE && packet->dts <= last) {
        packet->dts = last + 1;
    }
    packet->pts = std::max(packet->pts, packet->dts);
    last = packet->dts;
    packet->stream_index = stream;
    packet->pos = -1;
    const int code = av_interleaved_write_frame(muxer_.get(), packet.get());
    return code < 0 ? fail(av_error(code, "writing the transport stream")) : Result<void>{};
}

Result<void> LiveMuxer::finish() {
    const int code = av_write_trailer(muxer_.get());
    avio_flush(io_.get());
    return code < 0 ? fail(av_error(code, "ending the transport stream")) : Result<void>{};
}

} // namespace plex_tuner::media
