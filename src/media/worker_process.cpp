// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

/// What posix_spawn(3) does between fork and exec, and how.
class SpawnPlan {
public:
    SpawnPlan() {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
    }

    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    [[nodiscard]] int spawn(const std::vector<std::string>& command, int socket, pid_t& pid) {
        ::posix_spawn_file_actions_adddup2(&actions_, socket, STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, STDOUT_FILENO);
        // What a process that may have been taken over writes has no place in our log.
        ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        // A terminal's Ctrl-C is for us: streams end in order, and then their workers.
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        std::vector<char*> arguments;
        arguments.reserve(command.size() + 1);
        for (const std::string& argument : command) {
            arguments.push_back(const_cast<char*>(argument.c_str()));
        }
        arguments.push_back(nullptr);
        char* no_environment = nullptr;
        return ::posix_spawn(
            &pid, arguments.front(), &actions_, &attributes_, arguments.data(), &no_environment);
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

} // namespace

Result<WorkerProcess::Started> WorkerProcess::start(
    const boost::asio::any_io_executor& strand, const std::vector<std::string>& command) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return fail(Error::from_errno(errno, "making the media worker's socket"));
    }
    pid_t pid = -1;
    const int error = SpawnPlan().spawn(command, ends[1], pid);
    ::close(ends[1]);
    if (error != 0) {
        ::close(ends[0]);
        return fail(Error::from_errno(error, "starting the media worker"));
    }
    return Started{std::shared_ptr<WorkerProcess>(new WorkerProcess(strand, pid)), ends[0]};
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
        ::kill(pid_, SIGKILL);
        (void)collect();
    }
}

void WorkerProcess::end(std::function<void(int status)> done) {
    ::kill(pid_, SIGKILL);
    const auto finish = [self = shared_from_this(), done = std::move(done)] {
        const int status = self->collect();
        boost::system::error_code ignored;
        self->exit_watch_.close(ignored);
        done(status);
    };
    if (!exit_watch_.is_open()) {
        boost::asio::post(exit_watch_.get_executor(), finish);
        return;
    }
    exit_watch_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
        [finish](boost::system::error_code /*ignored*/) { finish(); });
}

int WorkerProcess::collect() noexcept {
    int status = 0;
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
