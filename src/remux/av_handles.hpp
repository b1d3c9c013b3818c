// SPDX-License-Identifier: GPL-3.0-or-later
// Owners for the C objects of FFmpeg, and its error codes as Error.
#pragma once

#include <plex_tuner/base/error.hpp>

#include <memory>
#include <string_view>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace plex_tuner::remux {

struct PacketDeleter {
    void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
};

using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;

struct CodecParametersDeleter {
    void operator()(AVCodecParameters* parameters) const noexcept {
        avcodec_parameters_free(&parameters);
    }
};

using CodecParametersPtr = std::unique_ptr<AVCodecParameters, CodecParametersDeleter>;

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

struct Dictionary {
    AVDictionary* entries = nullptr;

    Dictionary() = default;

    ~Dictionary() { av_dict_free(&entries); }

    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;
};

/// "doing what: FFmpeg's text": too_large if memory ran out, else parse.
[[nodiscard]] Error av_error(int code, std::string_view doing_what);

/// FFmpeg writes no log lines any more.
void silence_library() noexcept;

} // namespace plex_tuner::remux
