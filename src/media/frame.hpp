// SPDX-License-Identifier: GPL-3.0-or-later
// What the two ends of a worker's socket say to each other: frames of a type (1 byte), the length
// of the payload (4 bytes, big endian) and the payload.
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>
#include <plex_tuner/media/profile.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::media {

enum class FrameType : char {
    // To the worker: a begin, any number of inputs, an end; then the next begin.
    begin = 'B', ///< a Job, or a StreamJob
    input = 'I', ///< bytes of the segment
    end = 'E',   ///< empty
    // From the worker: ready once, then for each job any number of outputs and how it ended.
    ready = 'R',  ///< empty: the sandbox is closed
    output = 'O', ///< whole TS packets
    done = 'D',   ///< a JobResult
    failed = 'F', ///< a Failure
};

inline constexpr std::size_t kFrameHeaderSize = 5;
inline constexpr std::size_t kMaxFramePayload = 64 * 1024;
/// Longer texts are cut.
inline constexpr std::size_t kMaxFailureText = 200;

/// What a worker that transcodes has to do.
struct StreamJob {
    Profile profile = {};
    std::optional<BootstrapClip> clip = {}; ///< one is to be made, without input; none: a stream
};

struct FrameHeader {
    FrameType type = FrameType::end;
    std::uint32_t size = 0; ///< of the payload
};

/// `bytes` has kFrameHeaderSize; the type and size are as sent, not yet checked.
[[nodiscard]] FrameHeader parse_frame_header(std::string_view bytes) noexcept;
/// Appends frames of at most kMaxFramePayload: one, or several if the payload is longer.
void append_frames(FrameType type, std::string_view payload, std::string& out);

[[nodiscard]] std::string encode(const Job& job);
[[nodiscard]] std::string encode(const StreamJob& job);
[[nodiscard]] std::string encode(const JobResult& result);
/// Carries parse, unsupported and too_large; every other code arrives as internal.
[[nodiscard]] std::string encode(const Error& error);

[[nodiscard]] std::optional<Job> decode_job(std::string_view payload) noexcept;
[[nodiscard]] std::optional<StreamJob> decode_stream_job(std::string_view payload);
[[nodiscard]] std::optional<JobResult> decode_result(std::string_view payload) noexcept;
/// Of the text only printable ASCII is kept: it may be the work of hostile media.
[[nodiscard]] std::optional<Error> decode_error(std::string_view payload);

} // namespace plex_tuner::media
