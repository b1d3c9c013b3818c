// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "frame.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::media {

/// Reads what a worker sends. The worker may have been taken over by what it parses, so nothing is
/// believed: not the order of frames, not their sizes, not what they hold. Pure.
class AnswerReader {
public:
    /// A job was given to the worker. Call when none runs.
    void begin_job(std::size_t max_output_bytes);

    /// Bytes in any chunking. An error says what the worker did wrong; nothing more can be read
    /// then.
    [[nodiscard]] Result<void> feed(std::string_view bytes);

    /// Output of the job since the last call: whole TS packets.
    [[nodiscard]] std::string take_output();

    [[nodiscard]] bool has_output() const noexcept { return !output_.empty(); }

    /// How the job ended; nullopt while it runs.
    [[nodiscard]] const std::optional<Result<JobResult>>& outcome() const noexcept {
        return outcome_;
    }

    [[nodiscard]] bool ready() const noexcept { return ready_; }

private:
    [[nodiscard]] Result<void> check(const FrameHeader& header) const;
    [[nodiscard]] Result<void> take(FrameType type, std::string_view payload);

    std::string pending_; ///< less than one frame
    bool ready_ = false;
    bool working_ = false;
    std::string output_;
    std::size_t output_left_ = 0;
    std::optional<Result<JobResult>> outcome_;
};

} // namespace plex_tuner::media
