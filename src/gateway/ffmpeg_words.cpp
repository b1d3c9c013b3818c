// SPDX-License-Identifier: GPL-3.0-or-later
#include "ffmpeg_words.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace plex_tuner::gateway {
namespace {

/// Options that name inputs, outputs or files beside them, or add streams.
constexpr std::array<std::string_view, 15> kOurs{"i", "f", "map", "map_channel", "filter_complex",
    "filter_complex_script", "lavfi", "attach", "dump_attachment", "progress", "report", "sdp_file",
    "target", "vstats", "vstats_file"};

[[nodiscard]] bool is_option(std::string_view word) {
    // "-1" is a value.
    return word.size() > 1 && word.front() == '-' && !ascii::is_digit(word[1]) && word[1] != '.';
}

/// "map" of "-map:v"; and of "-/map", which takes its value from a file.
[[nodiscard]] std::string_view name_of(std::string_view option) {
    option.remove_prefix(std::min(option.find_first_not_of("-/"), option.size()));
    return option.substr(0, option.find(':'));
}

/// Also within a filter, whose syntax has characters escaped.
[[nodiscard]] bool has_address(std::string word) {
    std::erase_if(word, [](char c) { return c == '\\' || c == '\''; });
    return word.find("://") != std::string::npos;
}

} // namespace

std::string objection_to(const std::vector<std::string>& options) {
    bool is_behind_option = false;
    for (const std::string& word : options) {
        if (has_address(word)) {
            return "addresses are not for profiles: anybody on the machine could read them";
        }
        if (!is_option(word)) {
            if (!is_behind_option) {
                return "a word that belongs to no option would be an output, which is the tuner's";
            }
            is_behind_option = false;
            continue;
        }
        const std::string_view name = name_of(word);
        const auto* ours = std::ranges::find(kOurs, name);
        if (ours != kOurs.end()) {
            return "-" + std::string(*ours) +
                   " is not for profiles: input, output and streams are the tuner's";
        }
        if (name.empty()) {
            return "-- is not for profiles: outputs are the tuner's";
        }
        is_behind_option = true;
    }
    return {};
}

} // namespace plex_tuner::gateway
