// SPDX-License-Identifier: GPL-3.0-or-later
#include "process_memory.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace plex_tuner::fleet {

std::optional<std::uint64_t> pss_in_rollup(std::string_view text) {
    constexpr std::string_view kName = "\nPss:";
    const std::size_t at = text.find(kName);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(at + kName.size());
    const std::string_view line = ascii::trim(text.substr(0, text.find('\n')));
    const auto kibibytes = ascii::parse_integer<std::uint64_t>(line.substr(0, line.find(' ')));
    return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
}

std::optional<std::uint64_t> pss_bytes(pid_t pid) {
    // Not read_file: files of /proc have no size.
    const std::string path = "/proc/" + std::to_string(pid) + "/smaps_rollup";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen(path.c_str(), "re"), &std::fclose);
    if (!file) {
        return std::nullopt;
    }
    std::array<char, 4096> text;
    const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
    return pss_in_rollup({text.data(), size});
}

} // namespace plex_tuner::fleet
