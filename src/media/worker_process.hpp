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

/// A program whose standard input and output are one socket, with an empty environment, a process
/// group of its own and no other descriptor of ours. Confined to the strand it is given.
class WorkerProcess : public std::enable_shared_from_this<WorkerProcess> {
public:
    struct Started {
        std::shared_ptr<WorkerProcess> process;
        int socket = -1; ///< our end; the caller's to close
    };

    [[nodiscard]] static Result<Started> start(
        const boost::asio::any_io_executor& strand, const std::vector<std::string>& command);

    /// Kills the process if it still runs. Waits for that only where the kernel cannot tell when it
    /// happened, or when the event loop ended before it did.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Kills the process and collects it, keeping this object alive until that is done; then calls
    /// `done` with what waitpid(2) said. Call once.
    void end(std::function<void(int status)> done);

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
