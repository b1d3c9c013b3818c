// SPDX-License-Identifier: GPL-3.0-or-later
#include "ts_muxer.hpp"

#include <algorithm>
#include <new>

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
}

namespace plex_tuner::media {
namespace {

constexpr AVRational kClock{1, 90'000};
/// Added to all times: it changes nothing modulo 2^33, and keeps those just below zero (sound that
/// begins with its encoder's delay, a PCR before the first picture) out of the negative.
constexpr std::int64_t kWrap = std::int64_t{1} << 33;
/// Times beyond this are no times, and arithmetic with them would overflow.
constexpr std::int64_t kMaxTime = std::int64_t{1} << 52;
/// Half of what the PCR runs ahead of the time stamps.
constexpr int kMuxDelayMicroseconds = 350'000;
constexpr int kVideoPid = 0x100;
constexpr int kFirstAudioPid = 0x101;
/// Whole packets, and one frame of the pipe.
constexpr int kBufferSize = 188 * 170;

int write_bytes(void* opaque, std::uint8_t* bytes, int size) noexcept {
    static_cast<JobPipe*>(opaque)->send(
        FrameType::output, {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    return size;
}

} // namespace

TsMuxer::TsMuxer(JobPipe& pipe, const Job& job) {
    auto* const buffer = static_cast<std::uint8_t*>(av_malloc(kBufferSize));
    io_.reset(avio_alloc_context(buffer, kBufferSize, 1, &pipe, nullptr, write_bytes, nullptr));
    AVFormatContext* raw = nullptr;
    if (!io_ || avformat_alloc_output_context2(&raw, nullptr, "mpegts", nullptr) < 0) {
        throw std::bad_alloc();
    }
    muxer_.reset(raw);
    muxer_->pb = io_.get();
    muxer_->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    muxer_->flush_packets = 0;
    muxer_->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    muxer_->max_delay = kMuxDelayMicroseconds;
    // Samples of one fragment may come stream by stream: order them however far apart they are.
    muxer_->max_interleave_delta = 0;
    av_dict_set(&muxer_->metadata, "service_name", "plex-tuner", 0);
    av_dict_set(&muxer_->metadata, "service_provider", "plex-tuner", 0);
    av_dict_set(&options_.entries, "mpegts_copyts", "1", 0);
    av_dict_set_int(&options_.entries, "tables_version", job.tables_version, 0);
}

Result<int> TsMuxer::add_stream(const AVCodecParameters& parameters, const std::string& language) {
    AVStream* const added = avformat_new_stream(muxer_.get(), nullptr);
    if (added == nullptr) {
        throw std::bad_alloc();
    }
    if (const int code = avcodec_parameters_copy(added->codecpar, &parameters); code < 0) {
        return fail(input_error(code, "adding a stream"));
    }
    added->codecpar->codec_tag = 0;
    added->id =
        parameters.codec_type == AVMEDIA_TYPE_VIDEO ? kVideoPid : kFirstAudioPid + audio_streams_++;
    added->time_base = kClock;
    if (!language.empty()) {
        av_dict_set(&added->metadata, "language", language.c_str(), 0);
    }
    streams_.emplace_back();
    return added->index;
}

Result<void> TsMuxer::start() {
    if (const int code = avformat_write_header(muxer_.get(), &options_.entries); code < 0) {
        return fail(input_error(code, "starting the transport stream"));
    }
    return {};
}

Result<void> TsMuxer::write(AVPacket& packet, int stream, AVRational time_base) {
    av_packet_rescale_ts(&packet, time_base, kClock);
    if (std::max(packet.dts, packet.pts) > kMaxTime ||
        std::min(packet.dts, packet.pts) < -kMaxTime) {
        return fail(ErrorCode::parse, "the segment has impossible times");
    }
    packet.dts += kWrap;
    packet.pts += kWrap;
    Stream& state = streams_[static_cast<std::size_t>(stream)];
    if (state.written && packet.dts <= state.last_dts) {
        packet.dts = state.last_dts + 1;
    }
    packet.pts = std::max(packet.pts, packet.dts);
    state.last_dts = packet.dts;
    state.written = true;
    end_ = std::max(end_, packet.pts + std::clamp<std::int64_t>(packet.duration, 0, kWrap));
    packet.stream_index = stream;
    packet.pos = -1;
    if (const int code = av_interleaved_write_frame(muxer_.get(), &packet); code < 0) {
        return fail(input_error(code, "writing the transport stream"));
    }
    ++packets_;
    return {};
}

Result<void> TsMuxer::finish() {
    if (const int code = av_write_trailer(muxer_.get()); code < 0) {
        return fail(input_error(code, "ending the transport stream"));
    }
    avio_flush(io_.get());
    return {};
}

std::int64_t TsMuxer::end_time() const noexcept {
    return ((end_ % kWrap) + kWrap) % kWrap;
}

} // namespace plex_tuner::media
