// SPDX-License-Identifier: GPL-3.0-or-later
#include "process_reaper.hpp"

#include <cerrno>
#include <csignal>
#include <utility>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace plex_tuner::fleet {

ProcessReaper::ProcessReaper(
    const asio::any_io_executor& executor, std::function<bool(pid_t)> collect)
    : signals_(executor), collect_(std::move(collect)) {}

void ProcessReaper::start() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    signals_.add(SIGCHLD);
    wait();
}

void ProcessReaper::stop() {
    boost::system::error_code ignored;
    signals_.cancel(ignored);
    signals_.clear(ignored);
}

void ProcessReaper::wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int /*signal*/) {
        if (!error) {
            collect_all();
            wait();
        }
    });
}

void ProcessReaper::collect_all() {
    // One signal may stand for many.
    while (true) {
        siginfo_t info{};
        if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
            if (errno == EINTR) {
                continue;
            }
            return; // there is no child at all
        }
        if (info.si_pid == 0) {
            return;
        }
        if (!collect_(info.si_pid)) {
            ::waitpid(info.si_pid, nullptr, 0);
        }
    }
}

} // namespace plex_tuner::fleet
