// SPDX-License-Identifier: GPL-3.0-or-later
// What the facts mean; doctor_facts.cpp has them.
#include "mount_info.hpp"

#include <plex_tuner/vodfs/doctor.hpp>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace plex_tuner::vodfs {

namespace {

using verdict::ok;
using verdict::problem;
using verdict::skipped;

/// For a shell.
[[nodiscard]] std::string quoted(const std::filesystem::path& path) {
    const std::string& text = path.native();
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%";
    if (text.find_first_not_of(kPlain) == std::string::npos) {
        return text;
    }
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

[[nodiscard]] bool has_line(std::string_view text, std::string_view wanted) {
    constexpr std::string_view kBlank = " \t\r";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t first = line.find_first_not_of(kBlank);
        if (first != std::string_view::npos) {
            line = line.substr(first, line.find_last_not_of(kBlank) - first + 1);
            if (line == wanted) {
                return true;
            }
        }
    }
    return false;
}

/// One look at the facts; each check reads what it needs of them.
class Examination {
public:
    explicit Examination(const DoctorFacts& facts)
        : facts_(facts), rows_(parse_mount_info(facts.mounts)),
          holder_(mount_of(rows_, facts.mount_point, false)) {
        const MountRow* const top = mount_of(rows_, facts.mount_point, true);
        if (top != nullptr && top->is_ours() && top->mount_point == facts.mount_point) {
            mounted_ = top;
        }
        if (facts.server && facts.server->is_readable) {
            server_rows_ = parse_mount_info(facts.server->mounts);
        }
        const auto root =
            std::ranges::find(rows_, std::filesystem::path("/"), &MountRow::mount_point);
        is_container_ = root != rows_.end() && root->type == "overlay";
    }

    [[nodiscard]] std::vector<Check> all() const {
        std::vector<Check> checks{device(), right_to_mount()};
        if (facts_.uid != 0) {
            checks.push_back(user_allow_other());
        }
        checks.push_back(mount_point());
        if (!facts_.mount_point.empty() && holder_ != nullptr) {
            checks.push_back(propagation());
        }
        checks.push_back(server());
        if (facts_.server && facts_.server->is_readable && !facts_.mount_point.empty()) {
            checks.push_back(visibility());
            checks.push_back(access());
        }
        return checks;
    }

private:
    [[nodiscard]] Check device() const {
        const std::string name = "/dev/fuse";
        switch (facts_.device_errno) {
        case 0:
            return ok(name, "is there and may be opened");
        case ENOENT:
        case ENODEV:
        case ENXIO:
            return is_container_ ? problem(name, "is not in this container",
                                       "docker run --device /dev/fuse --cap-add SYS_ADMIN ...")
                                 : problem(name, "is not there", "modprobe fuse");
        case EPERM:
            return problem(name, "is there, and this container may not open it",
                "docker run --device /dev/fuse --cap-add SYS_ADMIN ...");
        default:
            return problem(name, "may not be opened by this user", "chmod a+rw /dev/fuse");
        }
    }

    [[nodiscard]] Check right_to_mount() const {
        const std::string name = "right to mount";
        if (facts_.may_mount) {
            return ok(name, "this process has it (SYS_ADMIN)");
        }
        if (facts_.uid == 0) {
            return problem(name, "root lacks the capability SYS_ADMIN here",
                "docker run --cap-add SYS_ADMIN ... (Kubernetes: securityContext: {privileged: "
                "true})");
        }
        if (facts_.has_fusermount) {
            return ok(name, "a user's, by fusermount3");
        }
        return problem(name, "a user needs the program fusermount3, owned by root and setuid",
            "apt-get install fuse3");
    }

    [[nodiscard]] Check user_allow_other() const {
        const std::string name = "/etc/fuse.conf";
        if (has_line(facts_.fuse_conf, "user_allow_other")) {
            return ok(name, "has user_allow_other");
        }
        if (!facts_.allow_other) {
            return ok(name, "user_allow_other is not needed without -allow-other");
        }
        return problem(name, "a user may use -allow-other only with the line user_allow_other",
            "echo user_allow_other >> /etc/fuse.conf");
    }

    [[nodiscard]] Check mount_point() const {
        const std::string name = "mount point";
        const std::string where = facts_.mount_point.string();
        const std::string path = quoted(facts_.mount_point);
        if (facts_.mount_point.empty()) {
            return problem(name, "none is given", "PLEX_TUNER_MOUNT=/media/vod");
        }
        const int error = facts_.mount_point_errno;
        if (error == ENOTCONN) {
            return problem(name, where + " has a mount that died; the next one clears it",
                (facts_.uid == 0 ? "umount -l " : "fusermount3 -uz ") + path);
        }
        if (error == EACCES && mounted_ != nullptr) {
            return ok(name, where + " is mounted, by another user");
        }
        if (error == ENOENT) {
            return facts_.uid == 0 ? ok(name, where + " is made when it is mounted")
                                   : problem(name, where + " is not there", "mkdir -p " + path);
        }
        if (error != 0) {
            return problem(name, where + " cannot be looked at", "ls -ld " + path);
        }
        if (!facts_.is_directory) {
            return problem(name, where + " is no directory", "rm " + path + " && mkdir " + path);
        }
        if (mounted_ != nullptr) {
            return ok(name, where + " is mounted");
        }
        if (!facts_.is_writable) {
            return problem(name, where + " is not this user's",
                "chown " + std::to_string(facts_.uid) + " " + path);
        }
        return ok(name, where + " is there, and nothing is mounted");
    }

    [[nodiscard]] bool is_server_in_our_namespace() const {
        return facts_.server && facts_.server->is_readable && facts_.server->has_our_mounts;
    }

    [[nodiscard]] Check propagation() const {
        const std::string name = "propagation";
        const std::string where = holder_->mount_point.string();
        if (holder_->peer_group != 0) {
            return ok(name, where + ", on which it stands, is shared");
        }
        if (is_server_in_our_namespace()) {
            return ok(name, where + " is private; the media server has the same mounts");
        }
        const std::string path = quoted(facts_.mount_point.parent_path());
        return problem(name,
            where + ", on which it stands, is private: other containers do not see what is mounted",
            is_container_
                ? "docker run -v " + path + ":" + path +
                      ":rshared ... (Kubernetes: volumeMounts: - {mountPath: " + path +
                      ", mountPropagation: Bidirectional})"
                : "mount --make-shared " + quoted(holder_->mount_point) + " and mount again");
    }

    [[nodiscard]] Check server() const {
        const std::string name = "media server";
        if (!facts_.server) {
            return facts_.server_wanted.empty()
                       ? skipped(name, "no Plex Media Server runs here; name another with -process "
                                       "or -pid")
                       : problem(name, facts_.server_wanted + " does not run here",
                             "plex-tuner doctor vodfs -pid PID");
        }
        const std::string who = server_text();
        if (!facts_.server->is_readable) {
            return problem(name, who + " may not be looked at by this user",
                "sudo plex-tuner doctor vodfs -pid " + std::to_string(facts_.server->pid));
        }
        return ok(name, who + ", user " + std::to_string(facts_.server->uid) +
                            (facts_.server->has_our_mounts ? "" : ", has mounts of its own"));
    }

    [[nodiscard]] std::string server_text() const {
        return facts_.server->name + " (" + std::to_string(facts_.server->pid) + ")";
    }

    [[nodiscard]] Check visibility() const {
        const std::string name = "seen by it";
        const std::string directory = quoted(facts_.mount_point.parent_path());
        if (mounted_ != nullptr) {
            const auto seen = std::ranges::find_if(server_rows_, [&](const MountRow& row) {
                return row.is_ours() && row.device == mounted_->device;
            });
            if (seen != server_rows_.end()) {
                return ok(name, "as " + seen->mount_point.string());
            }
        } else if (facts_.server->has_our_mounts) {
            return ok(name, "it will be, once it is mounted");
        }
        // Whether its mounts follow those on which ours stands.
        const int group = holder_ == nullptr ? 0 : holder_->peer_group;
        const bool follows =
            group != 0 && std::ranges::any_of(server_rows_, [group](const MountRow& row) {
                return row.peer_group == group || row.master == group;
            });
        if (mounted_ == nullptr && follows) {
            return ok(name, "it will be, once it is mounted");
        }
        if (follows) {
            return problem(name, "it was mounted before the media server could follow it",
                "kill -TERM the plex-tuner that mounts, and mount again");
        }
        if (group == 0) {
            return problem(name, "it is not, for want of propagation (see there)",
                "start the media server again once that is in order");
        }
        return problem(name, "its mounts do not follow those here",
            "docker run -v " + directory + ":" + directory +
                ":rslave ... (Kubernetes: volumeMounts: - {mountPath: " + directory +
                ", mountPropagation: HostToContainer})");
    }

    [[nodiscard]] Check access() const {
        const std::string name = "readable by it";
        const MediaServer& server = *facts_.server;
        const std::string user = "user " + std::to_string(server.uid);
        bool allows = facts_.allow_other;
        uid_t owner = facts_.uid;
        if (mounted_ != nullptr) {
            allows = mounted_->has_option("allow_other");
            owner = mounted_->has_option("user_id=" + std::to_string(server.uid)) ? server.uid
                                                                                  : server.uid + 1;
        }
        if (!allows && owner != server.uid) {
            return problem(name, user + " may not look into a mount of another user",
                mounted_ != nullptr && facts_.allow_other
                    ? "mount again, now with -allow-other"
                    : "PLEX_TUNER_VODFS_ALLOW_OTHER=1 (or -allow-other)");
        }
        if (!server.closed.empty()) {
            return problem(name, user + " may not enter " + server.closed.string(),
                "chmod o+x " + quoted(server.closed));
        }
        return ok(name, "by " + user);
    }

    const DoctorFacts& facts_;
    std::vector<MountRow> rows_;
    const MountRow* holder_ = nullptr;  ///< on which the mount stands, or will
    const MountRow* mounted_ = nullptr; ///< ours, at the mount point
    std::vector<MountRow> server_rows_;
    bool is_container_ = false;
};

} // namespace

std::vector<Check> examine(const DoctorFacts& facts) {
    return Examination(facts).all();
}

} // namespace plex_tuner::vodfs
