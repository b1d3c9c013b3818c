// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <sys/types.h>

namespace plex_tuner::testing {

/// A script of the shell that can be started; its path.
inline std::string write_program(
    const std::filesystem::path& file, const std::string& script, mode_t mode = 0700) {
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return file.string();
}

/// The number in a file that a script writes; waits for it.
inline pid_t pid_in(const std::filesystem::path& file) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    pid_t pid = 0;
    while (!(std::ifstream(file) >> pid) && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return pid;
}

/// Waits until no such process runs; one that is not collected yet does not.
inline bool is_gone(pid_t pid) {
    const auto is_over = [pid] {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string number, name, state;
        return !(stat >> number >> name >> state) || state == "Z" || state == "X";
    };
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_over() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return pid > 0 && is_over();
}

} // namespace plex_tuner::testing
