// SPDX-License-Identifier: GPL-3.0-or-later
#include "made_hls.hpp"

#include "child_process.hpp"
#include "temporary_directory.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace plex_tuner::testing {
namespace {

namespace fs = std::filesystem;

void make(const fs::path& directory, int seconds, const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi",
        "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=48000", "-t", std::to_string(seconds), "-c:v", "libx264",
        "-preset", "ultrafast", "-bf", "0", "-g", "25", "-sc_threshold", "0", "-b:v", "600k",
        "-c:a", "aac", "-ac", "2", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back((directory / "list.m3u8").string());
    const CommandResult result = run_command(arguments);
    if (result.exit_code != 0) {
        throw std::runtime_error("ffmpeg: " + result.errors);
    }
}

MadeFiles files_of(const fs::path& directory) {
    MadeFiles files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream out;
        out << in.rdbuf();
        files[entry.path().filename().string()] = out.str();
    }
    return files;
}

} // namespace

MadeFiles make_encrypted_hls() {
    const TemporaryDirectory directory;
    for (const std::string name : {"a", "b"}) {
        const fs::path key = directory.path() / (name + ".key");
        std::ofstream(key) << std::string(15, 'k') + name;
        const fs::path info = directory.path() / (name + ".info");
        std::ofstream(info) << name + ".key\n" + key.string() + "\n";
        make(directory.path(), 3,
            {"-hls_key_info_file", info.string(), "-hls_flags",
                name == "a" ? "omit_endlist" : "append_list"});
    }
    return files_of(directory.path());
}

MadeFiles make_single_file_hls() {
    const TemporaryDirectory directory;
    make(directory.path(), 4, {"-hls_flags", "single_file"});
    return files_of(directory.path());
}

} // namespace plex_tuner::testing
