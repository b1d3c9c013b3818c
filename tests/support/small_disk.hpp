// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace plex_tuner::testing {

/// A disk of its own over a directory, that can be filled to the last byte. Only the thread that
/// makes it, and the processes it starts, see it. Needs root.
class SmallDisk {
public:
    [[nodiscard]] static bool is_possible() noexcept { return ::geteuid() == 0; }

    SmallDisk(std::filesystem::path directory, std::size_t bytes)
        : directory_(std::move(directory)) {
        const std::string size = "size=" + std::to_string(bytes);
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", directory_.c_str(), "tmpfs", 0, size.c_str()) != 0) {
            throw std::system_error(errno, std::generic_category(), "mount " + directory_.string());
        }
    }

    ~SmallDisk() { ::umount2(directory_.c_str(), MNT_DETACH); }

    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    /// Until only `room` bytes are free.
    void fill(std::uintmax_t room) {
        free_again();
        const int file = ::open(ballast().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        const std::uintmax_t available = std::filesystem::space(directory_).available;
        const auto size = static_cast<off_t>(available > room ? available - room : 0);
        const int failure = file < 0 ? errno : ::posix_fallocate(file, 0, size);
        ::close(file);
        if (failure != 0) {
            throw std::system_error(failure, std::generic_category(), "fill the disk");
        }
    }

    void free_again() { std::filesystem::remove(ballast()); }

private:
    [[nodiscard]] std::filesystem::path ballast() const { return directory_ / "ballast"; }

    std::filesystem::path directory_;
};

} // namespace plex_tuner::testing
