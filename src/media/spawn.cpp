// SPDX-License-Identifier: GPL-3.0-or-later
#include "spawn.hpp"

#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
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

    [[nodiscard]] int spawn(const SpawnRequest& request, pid_t& pid) {
        give(request.input, STDIN_FILENO, O_RDONLY);
        give(request.output, STDOUT_FILENO, O_WRONLY);
        // What a process that may have been taken over writes has no place in our log.
        give(request.errors, STDERR_FILENO, O_WRONLY);
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
        const std::vector<char*> arguments = pointers(request.command);
        const std::vector<char*> environment = pointers(request.environment);
        return ::posix_spawn(
            &pid, arguments.front(), &actions_, &attributes_, arguments.data(), environment.data());
    }

private:
    void give(int descriptor, int as, int how_otherwise) {
        if (descriptor >= 0) {
            ::posix_spawn_file_actions_adddup2(&actions_, descriptor, as);
        } else {
            ::posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", how_otherwise, 0);
        }
    }

    [[nodiscard]] static std::vector<char*> pointers(const std::vector<std::string>& texts) {
        std::vector<char*> result;
        result.reserve(texts.size() + 1);
        for (const std::string& text : texts) {
            result.push_back(const_cast<char*>(text.c_str()));
        }
        result.push_back(nullptr);
        return result;
    }

    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

} // namespace

Result<pid_t> spawn(const SpawnRequest& request) {
    pid_t pid = -1;
    if (const int error = SpawnPlan().spawn(request, pid); error != 0) {
        return fail(Error::from_errno(error, request.command.front()));
    }
    if (request.nice != 0) {
        // Of the group, which takes in threads that it has made meanwhile. It runs as well without.
        (void)::setpriority(PRIO_PGRP, static_cast<id_t>(pid), request.nice);
    }
    return pid;
}

} // namespace plex_tuner::media
