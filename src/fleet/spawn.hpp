// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace plex_tuner::fleet {

struct SpawnOptions {
    std::string program;                ///< a path
    std::vector<std::string> arguments; ///< argv[0] first
    std::map<std::string, std::string> environment;
    std::filesystem::path work_directory; ///< empty: ours
};

struct Spawned {
    pid_t pid = -1;
    int output =
        -1; ///< our ends of its stdout and stderr, which do not block; the caller's to close
    int errors = -1;
};

/// Starts a program as the leader of a process group of its own, with nothing open but its three
/// standard descriptors (of which stdin is empty) and no signal ignored or blocked. The kernel
/// kills it when the calling thread ends, however that comes about: nobody would look after it.
/// Errors: what the system says, of a directory or program that cannot be used too.
[[nodiscard]] Result<Spawned> spawn(const SpawnOptions& options);

/// "exited with status 1", "was killed by signal 9 (Killed)".
[[nodiscard]] std::string describe_end(int wait_status);

} // namespace plex_tuner::fleet
