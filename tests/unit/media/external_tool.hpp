// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace plex_tuner::test {

struct ToolResult {
    int status = -1;    ///< as from wait(2); 0 is success
    std::string output; ///< stdout and stderr together
};

/// Runs a shell command over a file with `content`; the word FILE in `command` stands for its path.
inline ToolResult run_over(std::string_view content, std::string command) {
    static std::atomic<int> serial{0};
    const auto path = std::filesystem::temp_directory_path() /
                      ("pt-tool-" + std::to_string(::getpid()) + "-" + std::to_string(++serial));
    std::ofstream(path, std::ios::binary) << content;
    command.replace(command.find("FILE"), 4, path.string());
    ToolResult result;
    if (std::FILE* pipe = ::popen(("(" + command + ") 2>&1").c_str(), "r"); pipe != nullptr) {
        std::array<char, 4096> block{};
        for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
            result.output.append(block.data(), got);
        }
        result.status = ::pclose(pipe);
    }
    std::filesystem::remove(path);
    return result;
}

} // namespace plex_tuner::test
