// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace plex_tuner::media {

struct SpawnRequest {
    const std::vector<std::string>& command; ///< its first is the path of a program
    const std::vector<std::string>& environment;
    int input = -1; ///< -1, here and below: /dev/null
    int output = -1;
    int errors = -1;
    int nice = 0; ///< of all its threads
};

/// Starts a program with these descriptors and no other, no blocked or ignored signal, in a process
/// group of its own. The error of a program that is not there, or is none, is the program's.
[[nodiscard]] Result<pid_t> spawn(const SpawnRequest& request);

} // namespace plex_tuner::media
