// SPDX-License-Identifier: GPL-3.0-or-later
#include "answer_reader.hpp"

#include <utility>

namespace plex_tuner::media {
namespace {

constexpr std::size_t kTsPacketSize = 188;
constexpr char kTsSync = 0x47;

[[nodiscard]] std::unexpected<Error> misbehaved(std::string_view what) {
    return fail(ErrorCode::unavailable, std::string("the media worker ").append(what));
}

[[nodiscard]] bool is_whole_packets(std::string_view bytes) noexcept {
    if (bytes.empty() || bytes.size() % kTsPacketSize != 0) {
        return false;
    }
    for (std::size_t at = 0; at < bytes.size(); at += kTsPacketSize) {
        if (bytes[at] != kTsSync) {
            return false;
        }
    }
    return true;
}

} // namespace

void AnswerReader::begin_job(std::size_t max_output_bytes) {
    working_ = true;
    outcome_.reset();
    output_.clear();
    output_left_ = max_output_bytes;
}

Result<void> AnswerReader::feed(std::string_view bytes) {
    pending_.append(bytes);
    std::string_view rest = pending_;
    while (rest.size() >= kFrameHeaderSize) {
        const FrameHeader header = parse_frame_header(rest);
        if (auto checked = check(header); !checked) {
            return checked;
        }
        if (rest.size() < kFrameHeaderSize + header.size) {
            break;
        }
        if (auto taken = take(header.type, rest.substr(kFrameHeaderSize, header.size)); !taken) {
            return taken;
        }
        rest.remove_prefix(kFrameHeaderSize + header.size);
    }
    pending_.erase(0, pending_.size() - rest.size());
    return {};
}

Result<void> AnswerReader::check(const FrameHeader& header) const {
    if (header.size > kMaxFramePayload) {
        return misbehaved("sent a frame that is too large");
    }
    switch (header.type) {
    case FrameType::ready:
        return ready_ ? misbehaved("spoke out of turn") : Result<void>{};
    case FrameType::output:
    case FrameType::done:
    case FrameType::failed:
        return ready_ && working_ ? Result<void>{} : misbehaved("spoke out of turn");
    default:
        return misbehaved("sent a frame of unknown type");
    }
}

Result<void> AnswerReader::take(FrameType type, std::string_view payload) {
    switch (type) {
    case FrameType::ready:
        ready_ = true;
        return payload.empty() ? Result<void>{} : misbehaved("sent a malformed frame");
    case FrameType::output:
        if (!is_whole_packets(payload)) {
            return misbehaved("sent what is no transport stream");
        }
        if (payload.size() > output_left_) {
            return misbehaved("sent more than a segment can give");
        }
        output_left_ -= payload.size();
        output_.append(payload);
        return {};
    case FrameType::done:
        if (const auto result = decode_result(payload)) {
            working_ = false;
            outcome_ = *result;
            return {};
        }
        return misbehaved("sent a malformed frame");
    default:
        if (auto error = decode_error(payload)) {
            working_ = false;
            outcome_ = fail(std::move(*error));
            return {};
        }
        return misbehaved("sent a malformed frame");
    }
}

std::string AnswerReader::take_output() {
    return std::exchange(output_, {});
}

} // namespace plex_tuner::media
