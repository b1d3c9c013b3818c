// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/media/ffmpeg_program.hpp>
#include <plex_tuner/media/stream_worker.hpp>

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace plex_tuner::media {

struct ExternalLimits {
    /// A process that has work and neither takes nor gives a byte for so long is killed.
    std::chrono::milliseconds silence{10'000};
    std::chrono::milliseconds silence_once_giving{1'000}; ///< the same once it has given something
};

/// Transcodes a stream with an ffmpeg that is not ours, under the contract of our own worker: its
/// bytes come and go on a socket, it has no descriptor of ours, a process group and a priority of
/// its own, and what it sends is whole TS packets or it is killed. What it says on standard error
/// is in the error it ends with, without credentials.
class ExternalTranscoder final : public StreamWorker {
public:
    /// Starts it. `on_change` is called on the strand, never from within a call of a member,
    /// whenever one of unsent(), output or outcome() may have changed.
    ExternalTranscoder(const boost::asio::any_io_executor& strand, const FfmpegProgram& program,
        const Profile& profile, ExternalLimits limits, std::function<void()> on_change);
    ~ExternalTranscoder() override;

    void feed(std::string_view bytes) override;
    void finish() override;
    [[nodiscard]] std::size_t unsent() const noexcept override;
    [[nodiscard]] std::string take_output() override;
    [[nodiscard]] const std::optional<Result<JobResult>>& outcome() const noexcept override;
    [[nodiscard]] std::string last_words() const override;

    /// The running process; -1: none.
    [[nodiscard]] int pid() const noexcept;

private:
    class Connection;
    std::shared_ptr<Connection> connection_;
};

} // namespace plex_tuner::media
