// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/types.h>

namespace plex_tuner::media {

/// How a worker is started.
struct Launch {
    std::vector<std::string> command;
    std::vector<std::string> environment = {}; ///< "NAME=value"; nothing else is in it
    bool keeps_errors = false; ///< standard error is a pipe; else what it writes there is lost
    int nice = 0;              ///< of all its threads, from the begin
};

/// A program whose standard input and output are one socket, with no environment of ours, a process
/// group of its own and no other descriptor of ours. Confined to the strand it is given.
class WorkerProcess : public std::enable_shared_from_this<WorkerProcess> {
public:
    struct Started {
        std::shared_ptr<WorkerProcess> process;
        int socket = -1; ///< our end; the caller's to close
        int errors = -1; ///< likewise, where they are kept
    };

    [[nodiscard]] static Result<Started> start(
        const boost::asio::any_io_executor& strand, const Launch& launch);

    /// Kills the process if it still runs. Waits for that only where the kernel cannot tell when it
    /// happened, or when the event loop ended before it did.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Kills the process, with all it started, and collects it, keeping this object alive until
    /// that is done; then calls `done` with what waitpid(2) said. Call once, this or the next.
    void end(std::function<void(int status)> done);
    /// The same of a process that is about to end by itself; kill() it when it does not.
    void when_over(std::function<void(int status)> done);
    void kill() noexcept;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

private:
    WorkerProcess(const boost::asio::any_io_executor& strand, pid_t pid);

    [[nodiscard]] int collect() noexcept;

    pid_t pid_;
    bool collected_ = false;
    boost::asio::posix::stream_descriptor exit_watch_; ///< a pidfd; not open: there are none
};

/// "exited with status 1", "was killed by signal 31 (Bad system call)".
[[nodiscard]] std::string describe_exit(int status);

} // namespace plex_tuner::media
