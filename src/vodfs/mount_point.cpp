// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_point.hpp"

#include "mount_info.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <spawn.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

std::filesystem::path without_links(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::path path = std::filesystem::absolute(directory, error).lexically_normal();
    if (path.filename().empty()) {
        path = path.parent_path();
    }
    const auto parent = std::filesystem::weakly_canonical(path.parent_path(), error);
    return error ? path : parent / path.filename();
}

bool is_mounted(const std::filesystem::path& directory) {
    std::ifstream file("/proc/self/mountinfo");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto rows = parse_mount_info(text);
    return std::ranges::any_of(rows, [wanted = without_links(directory)](const MountRow& row) {
        return row.is_ours() && row.mount_point == wanted;
    });
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
