// SPDX-License-Identifier: GPL-3.0-or-later
#include "mp4_input.hpp"

#include "ts_muxer.hpp"

#include <new>
#include <string>
#include <vector>

extern "C" {
#include <libavutil/dict.h>
}

namespace plex_tuner::media {
namespace {

constexpr int kBufferSize = 64 * 1024;
constexpr int kMaxStreams = 16;
constexpr int kDropped = -1;

int read_bytes(void* opaque, std::uint8_t* buffer, int size) noexcept {
    const std::size_t got =
        static_cast<JobPipe*>(opaque)->read({buffer, static_cast<std::size_t>(size)});
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
}

/// Media may name other files to be read: none are.
int refuse_to_open(AVFormatContext* /*context*/, AVIOContext** /*io*/, const char* /*url*/,
    int /*flags*/, AVDictionary** /*options*/) noexcept {
    return AVERROR(EPERM);
}

[[nodiscard]] bool can_be_carried(AVCodecID codec) noexcept {
    switch (codec) {
    case AV_CODEC_ID_H264:
    case AV_CODEC_ID_HEVC:
    case AV_CODEC_ID_MPEG2VIDEO:
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_AC3:
    case AV_CODEC_ID_EAC3:
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3:
        return true;
    default:
        return false;
    }
}

class Mp4Input {
public:
    explicit Mp4Input(JobPipe& pipe) {
        auto* const buffer = static_cast<std::uint8_t*>(av_malloc(kBufferSize));
        io_.reset(avio_alloc_context(buffer, kBufferSize, 0, &pipe, read_bytes, nullptr, nullptr));
        if (!io_) {
            throw std::bad_alloc();
        }
        // Samples are taken in the order in which they come.
        io_->seekable = 0;
    }

    [[nodiscard]] Result<void> open() {
        const AVInputFormat* const format = av_find_input_format("mov");
        AVFormatContext* context = avformat_alloc_context();
        if (context == nullptr) {
            throw std::bad_alloc();
        }
        if (format == nullptr) {
            avformat_free_context(context);
            return fail(ErrorCode::unsupported, "this build of FFmpeg does not read MP4");
        }
        context->pb = io_.get();
        context->io_open = refuse_to_open;
        // Samples are whole as they are stored, with their times: nothing is parsed, and no decoder
        // ever looks at them.
        context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN |
                          AVFMT_FLAG_DISCARD_CORRUPT;
        context->max_streams = kMaxStreams;
        const int code = avformat_open_input(&context, "", format, nullptr);
        demuxer_.reset(context); // null if it failed
        return code < 0 ? fail(input_error(code, "reading the MP4 segment")) : Result<void>{};
    }

    /// Announces the streams that can be carried.
    [[nodiscard]] Result<void> add_streams(TsMuxer& muxer) {
        if (demuxer_->nb_streams == 0) {
            return fail(ErrorCode::parse, "the MP4 segment has no streams");
        }
        targets_.assign(demuxer_->nb_streams, kDropped);
        int taken = 0;
        for (const AVMediaType type : {AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO}) {
            for (unsigned i = 0; i < demuxer_->nb_streams; ++i) {
                AVStream& stream = *demuxer_->streams[i];
                const bool second_video = type == AVMEDIA_TYPE_VIDEO && taken > 0;
                if (stream.codecpar->codec_type != type || second_video ||
                    !can_be_carried(stream.codecpar->codec_id)) {
                    continue;
                }
                auto added = muxer.add_stream(*stream.codecpar, language_of(stream));
                if (!added) {
                    return fail(std::move(added).error());
                }
                targets_[i] = *added;
                ++taken;
            }
        }
        for (unsigned i = 0; i < demuxer_->nb_streams; ++i) {
            if (targets_[i] == kDropped) {
                demuxer_->streams[i]->discard = AVDISCARD_ALL;
            }
        }
        return taken > 0 ? Result<void>{}
                         : fail(ErrorCode::unsupported,
                               "the MP4 segment has no stream that MPEG-TS can carry");
    }

    [[nodiscard]] Result<void> copy_packets(TsMuxer& muxer) {
        const PacketPtr packet(av_packet_alloc());
        if (!packet) {
            throw std::bad_alloc();
        }
        for (;;) {
            const int code = av_read_frame(demuxer_.get(), packet.get());
            if (code == AVERROR_EOF) {
                return {};
            }
            if (code < 0) {
                // What came before the damage can be seen.
                return muxer.packets() > 0 ? Result<void>{}
                                           : fail(input_error(code, "reading the MP4 segment"));
            }
            if (av_packet_get_side_data(packet.get(), AV_PKT_DATA_ENCRYPTION_INFO, nullptr) !=
                nullptr) {
                return fail(ErrorCode::unsupported, "the MP4 segment is encrypted");
            }
            const auto source = static_cast<std::size_t>(packet->stream_index);
            const int target = source < targets_.size() ? targets_[source] : kDropped;
            if (target == kDropped || packet->dts == AV_NOPTS_VALUE ||
                packet->pts == AV_NOPTS_VALUE) {
                av_packet_unref(packet.get());
                continue;
            }
            auto written = muxer.write(*packet, target, demuxer_->streams[source]->time_base);
            if (!written) {
                return written;
            }
        }
    }

private:
    [[nodiscard]] static std::string language_of(const AVStream& stream) {
        const AVDictionaryEntry* const entry = av_dict_get(stream.metadata, "language", nullptr, 0);
        const std::string language = entry != nullptr ? entry->value : "";
        return language == "und" ? std::string() : language;
    }

    IoPtr io_;
    DemuxerPtr demuxer_;
    std::vector<int> targets_; ///< by stream of the input
};

} // namespace

Result<JobResult> remux_mp4(const Job& job, JobPipe& pipe) {
    Mp4Input input(pipe);
    TsMuxer muxer(pipe, job);
    auto result = input.open();
    if (result) {
        result = input.add_streams(muxer);
    }
    if (result) {
        result = muxer.start();
    }
    if (result) {
        result = input.copy_packets(muxer);
    }
    if (result && muxer.packets() == 0) {
        result = fail(ErrorCode::parse, "the MP4 segment has no samples");
    }
    if (result) {
        result = muxer.finish();
    }
    return result ? Result<JobResult>(JobResult{muxer.end_time()})
                  : fail(std::move(result).error());
}

} // namespace plex_tuner::media
