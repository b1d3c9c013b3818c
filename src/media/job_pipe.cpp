// SPDX-License-Identifier: GPL-3.0-or-later
#include "job_pipe.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

#include <unistd.h>

namespace plex_tuner::media {
namespace {

/// Exit codes that only a developer will see: the parent names them in its log.
constexpr int kBrokenPipe = 3;
constexpr int kBadFrame = 4;

} // namespace

std::optional<std::string> JobPipe::next_begin() {
    if (!read_header()) {
        return std::nullopt;
    }
    if (frame_.type != FrameType::begin || frame_.size > kMaxFramePayload) {
        ::_exit(kBadFrame);
    }
    std::string payload(frame_.size, '\0');
    read_exactly(payload.data(), payload.size());
    in_job_ = true;
    frame_left_ = 0;
    return payload;
}

std::optional<Job> JobPipe::next_job() {
    const auto payload = next_begin();
    auto job = payload ? decode_job(*payload) : std::nullopt;
    if (payload && !job) {
        ::_exit(kBadFrame);
    }
    return job;
}

std::optional<StreamJob> JobPipe::next_stream_job() {
    const auto payload = next_begin();
    auto job = payload ? decode_stream_job(*payload) : std::nullopt;
    if (payload && !job) {
        ::_exit(kBadFrame);
    }
    return job;
}

std::size_t JobPipe::read(std::span<std::uint8_t> buffer) {
    while (in_job_ && frame_left_ == 0) {
        if (!read_header()) {
            ::_exit(kBrokenPipe);
        }
        if (frame_.type == FrameType::end) {
            in_job_ = false;
        } else if (frame_.type == FrameType::input) {
            frame_left_ = frame_.size;
        } else {
            ::_exit(kBadFrame);
        }
    }
    if (!in_job_ || buffer.empty()) {
        return 0;
    }
    const std::size_t size =
        read_some(reinterpret_cast<char*>(buffer.data()), std::min(buffer.size(), frame_left_));
    if (size == 0) {
        ::_exit(kBrokenPipe);
    }
    frame_left_ -= size;
    return size;
}

void JobPipe::skip_rest() {
    std::array<std::uint8_t, 16 * 1024> dropped{};
    while (read(dropped) > 0) {
    }
}

void JobPipe::send(FrameType type, std::string_view payload) {
    std::string bytes;
    append_frames(type, payload, bytes);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t written = ::write(output_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            ::_exit(kBrokenPipe);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool JobPipe::read_header() {
    const std::size_t first = read_some(header_bytes_.data(), header_bytes_.size());
    if (first == 0) {
        return false;
    }
    read_exactly(header_bytes_.data() + first, header_bytes_.size() - first);
    frame_ = parse_frame_header({header_bytes_.data(), header_bytes_.size()});
    return true;
}

void JobPipe::read_exactly(char* bytes, std::size_t size) {
    while (size > 0) {
        const std::size_t got = read_some(bytes, size);
        if (got == 0) {
            ::_exit(kBrokenPipe);
        }
        bytes += got;
        size -= got;
    }
}

std::size_t JobPipe::read_some(char* bytes, std::size_t size) {
    for (;;) {
        const ssize_t got = ::read(input_, bytes, size);
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            ::_exit(kBrokenPipe);
        }
    }
}

} // namespace plex_tuner::media
