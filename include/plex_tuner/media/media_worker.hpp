// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>
#include <plex_tuner/media/profile.hpp>
#include <plex_tuner/media/stream_worker.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace plex_tuner::media {

struct WorkerOptions {
    /// The worker: a program that calls run_worker(). By default this very program.
    std::vector<std::string> command{"/proc/self/exe", "remux-worker"};
    /// A worker that has work and neither takes nor gives a byte for so long is killed.
    std::chrono::milliseconds silence{10'000};
    /// The same once the job has given something; 0: as before.
    std::chrono::milliseconds silence_once_giving{0};
    /// A job that gives more is stopped.
    std::size_t max_output_bytes = 128 * 1024 * 1024;
};

/// Turns segments, or streams, into MPEG-TS in a process of its own, which has no files, no network
/// and no secrets (run_worker). The process is started with the first job and serves the following
/// ones; when it crashes, hangs or sends what it may not, it is killed and the next job gets a new
/// one. Nothing here waits: progress is told by a callback. Confined to the strand it is given.
class MediaWorker final : public StreamWorker {
public:
    /// `on_change` is called on the strand, never from within a call of a member, whenever one of
    /// unsent(), output or outcome() may have changed.
    MediaWorker(boost::asio::any_io_executor strand, WorkerOptions options,
        std::function<void()> on_change);
    ~MediaWorker() override;

    /// Begins a job. One that still runs is given up, with its process.
    void begin(const Job& job);
    /// The same of a whole stream to be transcoded, by a command that calls run_transcode_worker();
    /// what comes of it is without limit.
    void begin(const Profile& profile);
    /// By such a command, too: a clip, which needs no input. unsupported: see has_bootstrap_clip().
    void begin_clip(const Profile& profile, const BootstrapClip& clip);
    void feed(std::string_view bytes) override;
    void finish() override;

    [[nodiscard]] std::size_t unsent() const noexcept override;
    [[nodiscard]] std::string take_output() override;
    /// Of the job that was begun last.
    [[nodiscard]] const std::optional<Result<JobResult>>& outcome() const noexcept override;

    /// Processes started so far.
    [[nodiscard]] std::uint64_t starts() const noexcept;
    /// The running process; -1: none.
    [[nodiscard]] int pid() const noexcept;

private:
    class Connection;

    /// Has a process that takes a job; false: there is none to be had.
    [[nodiscard]] bool ready();

    boost::asio::any_io_executor strand_;
    WorkerOptions options_;
    std::function<void()> on_change_;
    std::shared_ptr<Connection> connection_; ///< null: no job yet
    std::uint64_t starts_ = 0;
};

} // namespace plex_tuner::media
