// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_info.hpp"

#include <algorithm>
#include <charconv>

namespace plex_tuner::vodfs {

namespace {

/// mountinfo writes blanks and the like as \040.
[[nodiscard]] std::string unescaped(std::string_view text) {
    const auto is_octal = [](char c) {
        return c >= '0' && c <= '7';
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) &&
            is_octal(text[i + 2]) && is_octal(text[i + 3])) {
            out += static_cast<char>(
                (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        if (end == text.size()) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// The number of "shared:12"; 0 where the name is another one.
[[nodiscard]] int group_of(std::string_view field, std::string_view name) {
    int group = 0;
    if (field.starts_with(name)) {
        field.remove_prefix(name.size());
        std::from_chars(field.data(), field.data() + field.size(), group);
    }
    return group;
}

[[nodiscard]] bool is_within(
    const std::filesystem::path& path, const std::filesystem::path& directory) {
    return std::ranges::mismatch(directory, path).in1 == directory.end();
}

} // namespace

bool MountRow::has_option(std::string_view option) const {
    const auto all = split(super_options, ',');
    return std::ranges::find(all, option) != all.end();
}

std::vector<MountRow> parse_mount_info(std::string_view text) {
    // id parent major:minor root mount_point options [tags] - type source super_options
    constexpr std::size_t kDevice = 2;
    constexpr std::size_t kMountPoint = 4;
    constexpr std::size_t kFirstTag = 6;
    constexpr std::size_t kAfterDash = 4;
    std::vector<MountRow> rows;
    for (const std::string_view line : split(text, '\n')) {
        const auto words = split(line, ' ');
        const auto dash = std::ranges::find(words, "-");
        const auto at = static_cast<std::size_t>(dash - words.begin());
        if (at < kFirstTag || words.size() < at + kAfterDash) {
            continue;
        }
        MountRow& row = rows.emplace_back();
        row.device = words[kDevice];
        row.mount_point = unescaped(words[kMountPoint]);
        for (std::size_t i = kFirstTag; i < at; ++i) {
            row.peer_group = std::max(row.peer_group, group_of(words[i], "shared:"));
            // The nearest master that is seen from here stands in for one that is not.
            row.master = std::max(row.master, group_of(words[i], "master:"));
        }
        row.type = words[at + 1];
        row.super_options = words[at + 3];
    }
    return rows;
}

const MountRow* mount_of(
    const std::vector<MountRow>& rows, const std::filesystem::path& path, bool own) {
    const MountRow* best = nullptr;
    for (const MountRow& row : rows) {
        if ((own || !row.is_ours()) && is_within(path, row.mount_point) &&
            (best == nullptr ||
                row.mount_point.native().size() >= best->mount_point.native().size())) {
            best = &row;
        }
    }
    return best;
}

} // namespace plex_tuner::vodfs
