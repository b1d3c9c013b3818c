// SPDX-License-Identifier: GPL-3.0-or-later
#include "external_ffmpeg.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

namespace plex_tuner::cli {
namespace {

/// For each of two questions; a program on a slow disk takes tenths of a second.
constexpr std::chrono::milliseconds kPatience{5'000};

constexpr std::array<std::string_view, 11> kPassedOn{"PATH", "HOME", "LD_LIBRARY_PATH",
    "LIBVA_DRIVER_NAME", "LIBVA_DRIVERS_PATH", "LIBVA_MESSAGING_LEVEL", "VDPAU_DRIVER",
    "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES",
    "ONEVPL_SEARCH_PATH"};

[[nodiscard]] std::vector<std::string> environment_for_ffmpeg() {
    std::vector<std::string> result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (std::ranges::find(kPassedOn, text.substr(0, text.find('='))) != kPassedOn.end()) {
            result.emplace_back(text);
        }
    }
    return result;
}

/// Empty: there is none.
[[nodiscard]] std::string in_path(
    const std::string& name, const std::vector<std::string>& environment) {
    constexpr std::string_view kPath = "PATH=";
    const auto path = std::ranges::find_if(
        environment, [&](const std::string& entry) { return entry.starts_with(kPath); });
    if (path == environment.end()) {
        return {};
    }
    for (const std::string_view directory :
        ascii::split_list(std::string_view(*path).substr(kPath.size()), ':')) {
        const std::filesystem::path file = std::filesystem::path(directory) / name;
        if (!directory.empty() && ::access(file.c_str(), X_OK) == 0) {
            return file.string();
        }
    }
    return {};
}

} // namespace

media::FfmpegProgram find_ffmpeg(const std::string& setting) {
    auto environment = environment_for_ffmpeg();
    std::string path = setting;
    if (setting.find('/') == std::string::npos) {
        path = in_path(setting, environment);
        if (path.empty()) {
            return {.path = setting, .problem = "there is no program \"" + setting + "\" in PATH"};
        }
    }
    return media::inspect_ffmpeg(std::move(path), std::move(environment), kPatience);
}

} // namespace plex_tuner::cli
