// SPDX-License-Identifier: GPL-3.0-or-later
// Owners for the C objects of FFmpeg, and its error codes as Error.
#pragma once

#include <plex_tuner/base/error.hpp>

#include <memory>
#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
}

namespace plex_tuner::media {

struct CodecContextDeleter {
    void operator()(AVCodecContext* context) const noexcept { avcodec_free_context(&context); }
};

using CodecContextPtr = std::unique_ptr<AVCodecContext, CodecContextDeleter>;

struct CodecParametersDeleter {
    void operator()(AVCodecParameters* parameters) const noexcept {
        avcodec_parameters_free(&parameters);
    }
};

using CodecParametersPtr = std::unique_ptr<AVCodecParameters, CodecParametersDeleter>;

struct FrameDeleter {
    void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
};

using FramePtr = std::unique_ptr<AVFrame, FrameDeleter>;

struct PacketDeleter {
    void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
};

using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;

/// A muxer whose `pb`, when set, is a buffer in memory (avio_open_dyn_buf).
struct MemoryMuxerDeleter {
    void operator()(AVFormatContext* context) const noexcept;
};

using MemoryMuxerPtr = std::unique_ptr<AVFormatContext, MemoryMuxerDeleter>;

struct IoDeleter {
    void operator()(AVIOContext* context) const noexcept {
        av_free(context->buffer);
        avio_context_free(&context);
    }
};

using IoPtr = std::unique_ptr<AVIOContext, IoDeleter>;

struct MuxerDeleter {
    void operator()(AVFormatContext* context) const noexcept { avformat_free_context(context); }
};

using MuxerPtr = std::unique_ptr<AVFormatContext, MuxerDeleter>;

struct DemuxerDeleter {
    void operator()(AVFormatContext* context) const noexcept { avformat_close_input(&context); }
};

using DemuxerPtr = std::unique_ptr<AVFormatContext, DemuxerDeleter>;

struct FilterGraphDeleter {
    void operator()(AVFilterGraph* graph) const noexcept { avfilter_graph_free(&graph); }
};

using FilterGraphPtr = std::unique_ptr<AVFilterGraph, FilterGraphDeleter>;

struct FilterEndsDeleter {
    void operator()(AVFilterInOut* ends) const noexcept { avfilter_inout_free(&ends); }
};

using FilterEndsPtr = std::unique_ptr<AVFilterInOut, FilterEndsDeleter>;

struct Dictionary {
    AVDictionary* entries = nullptr;

    Dictionary() = default;

    ~Dictionary() { av_dict_free(&entries); }

    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;
};

/// "doing what: FFmpeg's text", a fault of ours. AVERROR(ENOMEM) and the like included.
[[nodiscard]] Error av_error(int code, std::string_view doing_what);
/// The same as a fault of what is read: too_large if memory ran out, else parse.
[[nodiscard]] Error input_error(int code, std::string_view doing_what);

/// Never null: std::bad_alloc is thrown.
[[nodiscard]] FramePtr new_frame();
[[nodiscard]] PacketPtr new_packet();

/// FFmpeg writes no log lines any more.
void silence_library() noexcept;

} // namespace plex_tuner::media
