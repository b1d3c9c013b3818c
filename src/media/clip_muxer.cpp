// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_muxer.hpp"

#include <optional>

extern "C" {
#include <libavutil/dict.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
}

namespace plex_tuner::media {
namespace {

constexpr int kMuxDelayMicroseconds = 350'000; // PCR runs this much ahead of the time stamps

struct DictionaryDeleter {
    AVDictionary* entries = nullptr;

    ~DictionaryDeleter() { av_dict_free(&entries); }
};

Result<MemoryMuxerPtr> open_muxer(
    std::string_view service_name, std::span<const EncodedStream> streams) {
    AVFormatContext* raw = nullptr;
    if (const int code = avformat_alloc_output_context2(&raw, nullptr, "mpegts", nullptr);
        code < 0) {
        return fail(av_error(code, "opening the MPEG-TS muxer"));
    }
    MemoryMuxerPtr muxer(raw);
    muxer->flags |= AVFMT_FLAG_BITEXACT;
    muxer->max_delay = kMuxDelayMicroseconds;
    av_dict_set(&muxer->metadata, "service_name", std::string(service_name).c_str(), 0);
    av_dict_set(&muxer->metadata, "service_provider", "plex-tuner", 0);
    for (const EncodedStream& stream : streams) {
        AVStream* added = avformat_new_stream(muxer.get(), nullptr);
        if (added == nullptr) {
            return fail(av_error(AVERROR(ENOMEM), "adding a stream"));
        }
        if (const int code = avcodec_parameters_copy(added->codecpar, stream.parameters.get());
            code < 0) {
            return fail(av_error(code, "adding a stream"));
        }
        added->time_base = stream.time_base;
    }
    if (const int code = avio_open_dyn_buf(&muxer->pb); code < 0) {
        return fail(av_error(code, "allocating the muxer's buffer"));
    }
    DictionaryDeleter options;
    // Frames are not joined to larger PES packets: each can be sent when it is due.
    av_dict_set(&options.entries, "pes_payload_size", "0", 0);
    if (const int code = avformat_write_header(muxer.get(), &options.entries); code < 0) {
        return fail(av_error(code, "starting the transport stream"));
    }
    return muxer;
}

/// The stream whose next packet decodes first; of equals the first stream.
std::optional<std::size_t> next_stream(
    std::span<const EncodedStream> streams, std::span<const std::size_t> written) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        if (written[i] == streams[i].packets.size()) {
            continue;
        }
        const auto dts = [&](std::size_t stream) {
            return streams[stream].packets[written[stream]]->dts;
        };
        if (!best ||
            av_compare_ts(dts(i), streams[i].time_base, dts(*best), streams[*best].time_base) < 0) {
            best = i;
        }
    }
    return best;
}

Result<void> write_packet(AVFormatContext& muxer, std::size_t index, const EncodedStream& stream,
    const AVPacket& source) {
    PacketPtr packet(av_packet_clone(&source));
    if (!packet) {
        return fail(av_error(AVERROR(ENOMEM), "allocating a packet"));
    }
    if (index == 0 && stream.parameters->codec_type == AVMEDIA_TYPE_VIDEO &&
        (packet->flags & AV_PKT_FLAG_KEY) != 0) {
        av_opt_set(muxer.priv_data, "mpegts_flags", "+resend_headers", 0);
    }
    packet->stream_index = static_cast<int>(index);
    av_packet_rescale_ts(packet.get(), stream.time_base, muxer.streams[index]->time_base);
    if (const int code = av_write_frame(&muxer, packet.get()); code < 0) {
        return fail(av_error(code, "writing the transport stream"));
    }
    return {};
}

} // namespace

Result<std::string> mux_transport_stream(
    std::string_view service_name, std::span<const EncodedStream> streams) {
    auto muxer = open_muxer(service_name, streams);
    if (!muxer) {
        return fail(std::move(muxer).error());
    }
    std::vector<std::size_t> written(streams.size());
    while (const auto index = next_stream(streams, written)) {
        const EncodedStream& stream = streams[*index];
        const AVPacket& packet = *stream.packets[written[*index]++];
        if (auto result = write_packet(**muxer, *index, stream, packet); !result) {
            return fail(std::move(result).error());
        }
    }
    if (const int code = av_write_trailer(muxer->get()); code < 0) {
        return fail(av_error(code, "ending the transport stream"));
    }
    std::uint8_t* bytes = nullptr;
    const int size = avio_close_dyn_buf((*muxer)->pb, &bytes);
    (*muxer)->pb = nullptr;
    std::string clip(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    av_free(bytes);
    return clip;
}

} // namespace plex_tuner::media
