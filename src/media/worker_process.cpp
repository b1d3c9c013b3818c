// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker_process.hpp"

#include "spawn.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::media {

Result<WorkerProcess::Started> WorkerProcess::start(
    const boost::asio::any_io_executor& strand, const Launch& launch) {
    int ends[2] = {-1, -1};
    int errors[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return fail(Error::from_errno(errno, "making the media worker's socket"));
    }
    if (launch.keeps_errors && ::pipe2(errors, O_CLOEXEC) != 0) {
        const int error = errno;
        ::close(ends[0]);
        ::close(ends[1]);
        return fail(Error::from_errno(error, "making the media worker's pipe"));
    }
    const auto pid = spawn({.command = launch.command,
        .environment = launch.environment,
        .input = ends[1],
        .output = ends[1],
        .errors = errors[1],
        .nice = launch.nice});
    ::close(ends[1]);
    if (launch.keeps_errors) {
        ::close(errors[1]);
    }
    if (!pid) {
        ::close(ends[0]);
        if (launch.keeps_errors) {
            ::close(errors[0]);
        }
        return fail(pid.error().with_context("starting the media worker"));
    }
    return Started{
        std::shared_ptr<WorkerProcess>(new WorkerProcess(strand, *pid)), ends[0], errors[0]};
}

WorkerProcess::WorkerProcess(const boost::asio::any_io_executor& strand, pid_t pid)
    : pid_(pid), exit_watch_(strand) {
    const auto descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U));
    if (descriptor >= 0) {
        boost::system::error_code ignored;
        exit_watch_.assign(descriptor, ignored);
        if (ignored) {
            ::close(descriptor);
        }
    }
}

WorkerProcess::~WorkerProcess() {
    if (!collected_) {
        kill();
        (void)collect();
    }
}

void WorkerProcess::kill() noexcept {
    if (!collected_) {
        ::kill(-pid_, SIGKILL);
    }
}

void WorkerProcess::end(std::function<void(int status)> done) {
    kill();
    when_over(std::move(done));
}

void WorkerProcess::when_over(std::function<void(int status)> done) {
    const auto finish = [self = shared_from_this(), done = std::move(done)] {
        const int status = self->collect();
        boost::system::error_code ignored;
        self->exit_watch_.close(ignored);
        done(status);
    };
    if (!exit_watch_.is_open()) {
        kill();
        boost::asio::post(exit_watch_.get_executor(), finish);
        return;
    }
    exit_watch_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
        [finish](boost::system::error_code /*ignored*/) { finish(); });
}

int WorkerProcess::collect() noexcept {
    int status = 0;
    // What it started has no business without it; behind waitpid the number may be another's.
    siginfo_t over{};
    while (
        ::waitid(P_PID, static_cast<id_t>(pid_), &over, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    collected_ = true;
    return status;
}

std::string describe_exit(int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        const char* const name = ::sigdescr_np(signal);
        return "was killed by signal " + std::to_string(signal) +
               (name != nullptr ? " (" + std::string(name) + ")" : std::string());
    }
    return "exited with status " + std::to_string(WEXITSTATUS(status));
}

} // namespace plex_tuner::media
