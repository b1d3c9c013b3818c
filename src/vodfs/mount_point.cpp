// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_point.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <spawn.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

namespace {

/// mountinfo writes blanks and the like as \040.
[[nodiscard]] std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            out += static_cast<char>(
                (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// Without looking at what is mounted there, which may be dead.
[[nodiscard]] std::filesystem::path resolved(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::path path = std::filesystem::absolute(directory, error).lexically_normal();
    if (path.filename().empty()) {
        path = path.parent_path();
    }
    const auto parent = std::filesystem::canonical(path.parent_path(), error);
    return error ? path : parent / path.filename();
}

} // namespace

bool is_mounted(const std::filesystem::path& directory) {
    const std::string wanted = resolved(directory).string();
    std::ifstream mounts("/proc/self/mountinfo");
    std::string line;
    while (std::getline(mounts, line)) {
        // id parent major:minor root mount_point options … - type source options
        std::istringstream words(line);
        std::array<std::string, 5> first;
        for (std::string& word : first) {
            words >> word;
        }
        const std::size_t dash = line.find(" - ");
        if (dash != std::string::npos && unescaped(first[4]) == wanted &&
            line.compare(dash + 3, 15, "fuse.plex-tuner") == 0) {
            return true;
        }
    }
    return false;
}

void unmount_lazily(const std::filesystem::path& directory) {
    if (::umount2(directory.c_str(), MNT_DETACH) == 0 || ::geteuid() == 0) {
        return;
    }
    std::string path = directory.string();
    std::string program = "fusermount3";
    std::string unmount = "-u";
    std::string quiet = "-q";
    std::string lazy = "-z";
    std::string end = "--";
    const std::array<char*, 7> arguments = {program.data(), unmount.data(), quiet.data(),
        lazy.data(), end.data(), path.data(), nullptr};
    const std::array<char*, 1> nothing = {nullptr};
    pid_t child = 0;
    if (::posix_spawnp(
            &child, program.c_str(), nullptr, nullptr, arguments.data(), nothing.data()) == 0) {
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    }
}

namespace {

void clear(const std::filesystem::path& directory, const log::Logger& logger) {
    logger.info("a mount that died is cleared", {{"mount_point", directory.string()}});
    unmount_lazily(directory);
}

} // namespace

Result<void> prepare_mount_point(
    const std::filesystem::path& directory, const log::Logger& logger) {
    struct stat status{};
    if (::stat(directory.c_str(), &status) != 0) {
        if (errno == ENOTCONN || errno == EIO || errno == ESTALE) {
            clear(directory, logger);
        } else if (errno == ENOENT) {
            std::error_code error;
            std::filesystem::create_directories(directory, error);
        }
        if (::stat(directory.c_str(), &status) != 0) {
            return fail(Error::from_errno(errno, "the mount point " + directory.string()));
        }
    }
    if (!S_ISDIR(status.st_mode)) {
        return fail(ErrorCode::invalid_argument,
            "the mount point " + directory.string() + " is no directory");
    }
    // The kernel remembers what the dead one said; this question it passes on.
    struct statvfs disk{};
    if (is_mounted(directory) && ::statvfs(directory.c_str(), &disk) != 0 && errno == ENOTCONN) {
        clear(directory, logger);
    }
    if (is_mounted(directory)) {
        return fail(ErrorCode::invalid_argument,
            "another plex-tuner is mounted at " + directory.string() +
                "; end it, or unmount it with: fusermount3 -u " + directory.string());
    }
    return {};
}

} // namespace plex_tuner::vodfs
