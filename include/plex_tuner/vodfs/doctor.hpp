// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/check.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace plex_tuner::vodfs {

/// Whom and what a mount is to be looked at for.
struct DoctorQuestion {
    std::filesystem::path mount_point; ///< empty: none is configured
    bool allow_other = false;
    std::optional<pid_t> pid; ///< of the media server
    std::optional<std::string>
        name; ///< of its process; none of both: Plex Media Server, if it runs
};

/// The media server's process, as far as it may be looked at.
struct MediaServer {
    pid_t pid = 0;
    std::string name;
    uid_t uid = 0;
    bool is_readable = true;      ///< its mounts may be seen; what follows is known then
    bool has_our_mounts = false;  ///< it is in the same mount namespace
    std::string mounts;           ///< its mountinfo
    std::filesystem::path closed; ///< the directory on its way that it may not enter; or empty
};

/// What the checks look at.
struct DoctorFacts {
    std::filesystem::path mount_point; ///< absolute, without links; empty: none is configured
    bool allow_other = false;
    int device_errno = 0; ///< of opening /dev/fuse; 0: it was opened
    uid_t uid = 0;
    bool may_mount = false;      ///< has the capability SYS_ADMIN
    bool has_fusermount = false; ///< fusermount3 is there and mounts for others
    std::string fuse_conf;       ///< text of /etc/fuse.conf
    int mount_point_errno = 0;   ///< of stat
    bool is_directory = true;
    bool is_writable = true; ///< by this user, as fusermount3 demands
    std::string mounts;      ///< our mountinfo
    std::optional<MediaServer> server;
    std::string server_wanted; ///< which was asked for and not found; else empty
};

/// Looks at this machine.
[[nodiscard]] DoctorFacts look_at(const DoctorQuestion& question);

/// What is in order and what is not.
[[nodiscard]] std::vector<Check> examine(const DoctorFacts& facts);

} // namespace plex_tuner::vodfs
