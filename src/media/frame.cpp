// SPDX-License-Identifier: GPL-3.0-or-later
#include "frame.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>

namespace plex_tuner::media {
namespace {

constexpr std::size_t kJobSize = 10;
constexpr std::size_t kResultSize = 8;
constexpr std::uint8_t kMaxTablesVersion = 31;

template <std::unsigned_integral T>
void append_number(T value, std::string& out) {
    for (int shift = 8 * (static_cast<int>(sizeof(T)) - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> shift & 0xff));
    }
}

template <std::unsigned_integral T>
[[nodiscard]] T read_number(std::string_view bytes) noexcept {
    T value = 0;
    for (const char byte : bytes.substr(0, sizeof(T))) {
        value = static_cast<T>(value << 8 | static_cast<std::uint8_t>(byte));
    }
    return value;
}

} // namespace

FrameHeader parse_frame_header(std::string_view bytes) noexcept {
    return {static_cast<FrameType>(bytes[0]), read_number<std::uint32_t>(bytes.substr(1))};
}

void append_frames(FrameType type, std::string_view payload, std::string& out) {
    do {
        const std::string_view part = payload.substr(0, kMaxFramePayload);
        out.push_back(static_cast<char>(type));
        append_number(static_cast<std::uint32_t>(part.size()), out);
        out.append(part);
        payload.remove_prefix(part.size());
    } while (!payload.empty());
}

std::string encode(const Job& job) {
    std::string payload;
    payload.push_back(static_cast<char>(job.kind));
    payload.push_back(static_cast<char>(job.tables_version));
    append_number(static_cast<std::uint64_t>(job.start_time), payload);
    return payload;
}

std::string encode(const JobResult& result) {
    std::string payload;
    append_number(static_cast<std::uint64_t>(result.end_time), payload);
    return payload;
}

std::string encode(const Error& error) {
    std::string payload;
    switch (error.code()) {
    case ErrorCode::parse:
        payload.push_back('p');
        break;
    case ErrorCode::unsupported:
        payload.push_back('u');
        break;
    case ErrorCode::too_large:
        payload.push_back('l');
        break;
    default:
        payload.push_back('i');
        break;
    }
    return payload.append(error.message(), 0, kMaxFailureText);
}

std::optional<Job> decode_job(std::string_view payload) noexcept {
    if (payload.size() != kJobSize) {
        return std::nullopt;
    }
    const auto kind = static_cast<InputKind>(payload[0]);
    const auto version = static_cast<std::uint8_t>(payload[1]);
    if ((kind != InputKind::mp4 && kind != InputKind::packed_audio) ||
        version > kMaxTablesVersion) {
        return std::nullopt;
    }
    return Job{
        kind, version, static_cast<std::int64_t>(read_number<std::uint64_t>(payload.substr(2)))};
}

std::string encode(const StreamJob& job) {
    const BootstrapClip clip = job.clip.value_or(BootstrapClip{});
    std::string text;
    for (const std::int64_t number : {std::int64_t{clip.length.count()},
             std::int64_t{clip.rate_numerator}, std::int64_t{clip.rate_denominator}}) {
        text += std::to_string(number) + ' ';
    }
    return text + encode(job.profile);
}

std::optional<StreamJob> decode_stream_job(std::string_view payload) {
    std::array<int, 3> numbers{};
    for (int& number : numbers) {
        const auto [end, error] =
            std::from_chars(payload.data(), payload.data() + payload.size(), number);
        const auto size = static_cast<std::size_t>(end - payload.data());
        if (error != std::errc() || number < 0 || size == payload.size() || *end != ' ') {
            return std::nullopt;
        }
        payload.remove_prefix(size + 1);
    }
    auto profile = decode_profile(payload);
    if (!profile || numbers[2] == 0) {
        return std::nullopt;
    }
    StreamJob job{.profile = *std::move(profile)};
    if (numbers[0] > 0) {
        job.clip = BootstrapClip{std::chrono::milliseconds(numbers[0]), numbers[1], numbers[2]};
    }
    return job;
}

std::optional<JobResult> decode_result(std::string_view payload) noexcept {
    if (payload.size() != kResultSize) {
        return std::nullopt;
    }
    return JobResult{static_cast<std::int64_t>(read_number<std::uint64_t>(payload))};
}

std::optional<Error> decode_error(std::string_view payload) {
    if (payload.empty() || payload.size() > 1 + kMaxFailureText) {
        return std::nullopt;
    }
    std::string text(payload.substr(1));
    std::erase_if(text, [](char c) { return c < ' ' || c > '~'; });
    switch (payload[0]) {
    case 'p':
        return Error(ErrorCode::parse, std::move(text));
    case 'u':
        return Error(ErrorCode::unsupported, std::move(text));
    case 'l':
        return Error(ErrorCode::too_large, std::move(text));
    case 'i':
        return Error(ErrorCode::internal, std::move(text));
    default:
        return std::nullopt;
    }
}

} // namespace plex_tuner::media
