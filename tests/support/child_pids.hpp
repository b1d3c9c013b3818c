// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <sys/types.h>

namespace plex_tuner::testing {

/// Child processes of that one: of a tuner, its workers.
[[nodiscard]] inline std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> pids;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        pid_t pid = 0;
        const std::string name = entry.path().filename().string();
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) {
            continue;
        }
        std::ifstream stat(entry.path() / "stat");
        const std::string text(std::istreambuf_iterator<char>(stat), {});
        // "pid (name) state ppid …"; a process may be gone by now.
        std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
        std::string state;
        pid_t parent_of_it = 0;
        if (fields >> state >> parent_of_it && parent_of_it == parent) {
            pids.push_back(pid);
        }
    }
    return pids;
}

} // namespace plex_tuner::testing
