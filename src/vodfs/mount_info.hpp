// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::vodfs {

/// Of /proc/self/mountinfo: the type our mounts have.
inline constexpr const char* kSubtype = "plex-tuner";

/// A line of /proc/PID/mountinfo (proc_pid_mountinfo(5)).
struct MountRow {
    std::string device; ///< "major:minor", the same in every namespace that has the mount
    std::filesystem::path mount_point;
    std::string type;
    std::string super_options; ///< separated by commas
    int peer_group = 0;        ///< mounts below it are seen by others of that group; 0: private
    int master = 0;            ///< sees what is mounted in that group; 0: none

    /// Of this program.
    [[nodiscard]] bool is_ours() const { return type == std::string("fuse.") + kSubtype; }

    [[nodiscard]] bool has_option(std::string_view option) const;
};

/// In the order of the text; what is no such line is left out.
[[nodiscard]] std::vector<MountRow> parse_mount_info(std::string_view text);

/// The mount that shows what is at `path`: the last one at the longest of its parents.
/// With `own` false ours do not count: which mount ours stands on.
[[nodiscard]] const MountRow* mount_of(
    const std::vector<MountRow>& rows, const std::filesystem::path& path, bool own);

} // namespace plex_tuner::vodfs
