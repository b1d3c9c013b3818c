// SPDX-License-Identifier: GPL-3.0-or-later
#include "ffmpeg_handles.hpp"

#include <array>
#include <new>
#include <string>

namespace plex_tuner::media {

void MemoryMuxerDeleter::operator()(AVFormatContext* context) const noexcept {
    if (context->pb != nullptr) {
        std::uint8_t* bytes = nullptr;
        avio_close_dyn_buf(context->pb, &bytes);
        av_free(bytes);
        context->pb = nullptr;
    }
    avformat_free_context(context);
}

Error av_error(int code, std::string_view doing_what) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    return Error(ErrorCode::internal, std::string(doing_what) + ": " + text.data());
}

Error input_error(int code, std::string_view doing_what) {
    return Error(code == AVERROR(ENOMEM) ? ErrorCode::too_large : ErrorCode::parse,
        std::string(av_error(code, doing_what).message()));
}

FramePtr new_frame() {
    FramePtr frame(av_frame_alloc());
    if (!frame) {
        throw std::bad_alloc();
    }
    return frame;
}

PacketPtr new_packet() {
    PacketPtr packet(av_packet_alloc());
    if (!packet) {
        throw std::bad_alloc();
    }
    return packet;
}

void silence_library() noexcept {
    av_log_set_level(AV_LOG_QUIET);
}

} // namespace plex_tuner::media
