// SPDX-License-Identifier: GPL-3.0-or-later
// What `plex-tuner doctor vodfs` looks at; doctor.cpp says what it means.
#include "mount_info.hpp"
#include "mount_point.hpp"

#include <plex_tuner/vodfs/doctor.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlex = "Plex Media Server";
/// What the kernel keeps of a program's name.
constexpr std::size_t kCommBytes = 15;

/// Of files in /proc, which have no length. Empty when it cannot be read.
[[nodiscard]] std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The values behind "Name:" in /proc/PID/status.
[[nodiscard]] std::vector<std::string> status_of(const fs::path& process, const std::string& name) {
    std::istringstream lines(text_of(process / "status"));
    std::string line;
    while (std::getline(lines, line)) {
        if (line.starts_with(name + ":")) {
            std::istringstream words(line.substr(name.size() + 1));
            return {std::istream_iterator<std::string>(words), {}};
        }
    }
    return {};
}

template <class Number>
[[nodiscard]] Number number_of(const std::string& text, int base = 10) {
    Number number{};
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    return number;
}

[[nodiscard]] int device_errno() {
    const int device = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (device < 0) {
        return errno;
    }
    ::close(device);
    return 0;
}

[[nodiscard]] bool may_mount() {
    const auto effective = status_of("/proc/self", "CapEff");
    return !effective.empty() &&
           (number_of<std::uint64_t>(effective.front(), 16) >> CAP_SYS_ADMIN & 1U) != 0;
}

/// fusermount3 where it is installed; without its set-user-id bit it can do no more than we.
[[nodiscard]] bool has_fusermount() {
    return std::ranges::any_of(std::array{"/usr/bin/fusermount3", "/bin/fusermount3",
                                   "/usr/local/bin/fusermount3", "/usr/sbin/fusermount3"},
        [](const char* file) {
            struct stat status{};
            return ::stat(file, &status) == 0 && status.st_uid == 0 &&
                   (status.st_mode & S_ISUID) != 0 && ::access(file, X_OK) == 0;
        });
}

[[nodiscard]] bool is_called(const fs::path& process, std::string_view name) {
    std::string comm = text_of(process / "comm");
    comm.resize(std::min(comm.find('\n'), comm.size()));
    const std::string command = text_of(process / "cmdline");
    const std::string_view first = std::string_view(command).substr(0, command.find('\0'));
    return (!comm.empty() && comm == name.substr(0, kCommBytes)) ||
           first.substr(first.rfind('/') + 1) == name;
}

/// The oldest: what it has started itself may bear its name too.
[[nodiscard]] std::optional<pid_t> find_process(std::string_view name) {
    std::optional<pid_t> found;
    std::error_code error;
    for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
        entry.increment(error)) {
        const auto pid = number_of<pid_t>(entry->path().filename().string());
        if (pid > 0 && pid != ::getpid() && is_called(entry->path(), name) &&
            (!found || pid < *found)) {
            found = pid;
        }
    }
    return found;
}

/// Whether a user may go through `status`, by its mode bits.
[[nodiscard]] bool may_enter(
    const struct stat& status, uid_t uid, const std::vector<std::string>& groups) {
    if (uid == 0) {
        return true;
    }
    if (status.st_uid == uid) {
        return (status.st_mode & S_IXUSR) != 0;
    }
    const bool in_group = std::ranges::any_of(
        groups, [&](const std::string& group) { return number_of<gid_t>(group) == status.st_gid; });
    return (status.st_mode & (in_group ? S_IXGRP : S_IXOTH)) != 0;
}

/// The first directory above `path`, as the process sees it, that its user may not enter.
[[nodiscard]] fs::path closed_directory(const fs::path& process, const fs::path& path, uid_t uid,
    const std::vector<std::string>& groups) {
    fs::path at = "/";
    for (const fs::path& part : path.parent_path().relative_path()) {
        at /= part;
        struct stat status{};
        if (::stat((process / "root" / at.relative_path()).c_str(), &status) != 0) {
            break; // not there yet, or no business of ours
        }
        if (!may_enter(status, uid, groups)) {
            return at;
        }
    }
    return {};
}

/// Where the server sees what is mounted here.
[[nodiscard]] fs::path path_seen(const DoctorFacts& facts, const MediaServer& server) {
    const auto own = parse_mount_info(facts.mounts);
    const MountRow* const mounted = mount_of(own, facts.mount_point, true);
    if (mounted != nullptr && mounted->is_ours()) {
        for (const MountRow& row : parse_mount_info(server.mounts)) {
            if (row.is_ours() && row.device == mounted->device) {
                return row.mount_point;
            }
        }
    }
    return facts.mount_point;
}

[[nodiscard]] std::optional<MediaServer> look_at_server(const DoctorFacts& facts, pid_t pid) {
    const fs::path process = "/proc/" + std::to_string(pid);
    const auto uids = status_of(process, "Uid"); // real, effective, saved, of the file system
    if (uids.size() < 2) {
        return std::nullopt;
    }
    MediaServer server;
    server.pid = pid;
    server.uid = number_of<uid_t>(uids[1]);
    const std::string command = text_of(process / "cmdline");
    server.name = fs::path(command.substr(0, command.find('\0'))).filename().string();
    std::error_code error;
    const fs::path theirs = fs::read_symlink(process / "ns/mnt", error);
    server.mounts = text_of(process / "mountinfo");
    server.is_readable = !error && !server.mounts.empty();
    if (!server.is_readable) {
        return server;
    }
    server.has_our_mounts = theirs == fs::read_symlink("/proc/self/ns/mnt", error);
    auto groups = status_of(process, "Groups");
    const auto gids = status_of(process, "Gid");
    groups.insert(groups.end(), gids.begin(), gids.end());
    if (!facts.mount_point.empty()) {
        server.closed = closed_directory(process, path_seen(facts, server), server.uid, groups);
    }
    return server;
}

void look_at_mount_point(DoctorFacts& facts) {
    struct stat status{};
    struct statvfs disk{};
    // Of a mount that died the kernel remembers what stat is about; the other question it passes
    // on.
    if (::stat(facts.mount_point.c_str(), &status) != 0 ||
        ::statvfs(facts.mount_point.c_str(), &disk) != 0) {
        facts.mount_point_errno = errno;
        return;
    }
    facts.is_directory = S_ISDIR(status.st_mode);
    facts.is_writable = facts.uid == 0 || ::access(facts.mount_point.c_str(), W_OK) == 0;
}

} // namespace

DoctorFacts look_at(const DoctorQuestion& question) {
    DoctorFacts facts;
    facts.allow_other = question.allow_other;
    facts.device_errno = device_errno();
    facts.uid = ::geteuid();
    facts.may_mount = may_mount();
    facts.has_fusermount = has_fusermount();
    facts.fuse_conf = text_of("/etc/fuse.conf");
    facts.mounts = text_of("/proc/self/mountinfo");
    if (!question.mount_point.empty()) {
        facts.mount_point = without_links(question.mount_point);
        look_at_mount_point(facts);
    }
    const std::string name = question.name.value_or(std::string(kPlex));
    const auto pid = question.pid ? question.pid : find_process(name);
    if (pid) {
        facts.server = look_at_server(facts, *pid);
    }
    if (!facts.server && (question.pid || question.name)) {
        facts.server_wanted = question.pid ? "process " + std::to_string(*question.pid) : name;
    }
    return facts;
}

} // namespace plex_tuner::vodfs
