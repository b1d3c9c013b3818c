// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::media {

/// A process that makes MPEG-TS of a stream it is fed, until the stream or the process ends. None
/// of it waits: the owner is told of changes by the callback it gave. Confined to a strand.
class StreamWorker {
public:
    StreamWorker() = default;
    virtual ~StreamWorker() = default; ///< kills the process; it is reaped behind that
    StreamWorker(const StreamWorker&) = delete;
    StreamWorker& operator=(const StreamWorker&) = delete;

    /// Input in any chunking. Wait while unsent() is large.
    virtual void feed(std::string_view bytes) = 0;
    /// The input is complete.
    virtual void finish() = 0;

    /// Bytes the process has not taken yet.
    [[nodiscard]] virtual std::size_t unsent() const noexcept = 0;
    /// Whole TS packets that have not been taken yet.
    [[nodiscard]] virtual std::string take_output() = 0;
    /// How it ended; nullopt while it runs. Output that came before may still be there to be taken.
    /// Errors: parse and unsupported if the media is at fault, timeout and unavailable if the
    /// process is.
    [[nodiscard]] virtual const std::optional<Result<JobResult>>& outcome() const noexcept = 0;

    /// ": " and what the process has said so far, without credentials, for the error of an owner
    /// that gives it up; an outcome has it already. Empty: nothing.
    [[nodiscard]] virtual std::string last_words() const { return {}; }
};

} // namespace plex_tuner::media
