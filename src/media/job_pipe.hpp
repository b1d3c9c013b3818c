// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "frame.hpp"

#include <plex_tuner/media/job.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::media {

/// The worker's end of the socket, with reads and writes that block. Nobody is left to work for
/// when it breaks, so the process ends then.
class JobPipe {
public:
    JobPipe(int input, int output) : input_(input), output_(output) {}

    JobPipe(const JobPipe&) = delete;
    JobPipe& operator=(const JobPipe&) = delete;

    /// Waits for the next job; nullopt at the end of file.
    [[nodiscard]] std::optional<Job> next_job();
    /// The same of a worker that transcodes.
    [[nodiscard]] std::optional<StreamJob> next_stream_job();

    /// Up to `buffer.size()` bytes of the job's input, at least one; 0 at its end.
    [[nodiscard]] std::size_t read(std::span<std::uint8_t> buffer);
    /// Reads what is left of the job's input.
    void skip_rest();

    void send(FrameType type, std::string_view payload = {});

private:
    [[nodiscard]] std::optional<std::string> next_begin();
    [[nodiscard]] bool read_header();
    void read_exactly(char* bytes, std::size_t size);
    [[nodiscard]] std::size_t read_some(char* bytes, std::size_t size);

    int input_;
    int output_;
    std::array<char, kFrameHeaderSize> header_bytes_{};
    FrameHeader frame_;
    std::size_t frame_left_ = 0; ///< of the payload of an input frame
    bool in_job_ = false;
};

} // namespace plex_tuner::media
