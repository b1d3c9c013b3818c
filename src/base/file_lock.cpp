// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/file_lock.hpp>

#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace plex_tuner {

namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr std::chrono::milliseconds kRetryWait{2};

} // namespace

Result<std::optional<FileLock>> FileLock::try_lock(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
    if (fd < 0) {
        return fail(Error::from_errno(errno, "cannot open the lock " + file.string()));
    }
    FileLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
        return lock;
    }
    if (errno == EWOULDBLOCK || errno == EINTR) {
        return std::nullopt;
    }
    return fail(Error::from_errno(errno, "cannot lock " + file.string()));
}

Result<FileLock> FileLock::lock(
    const std::filesystem::path& file, std::chrono::milliseconds timeout) {
    const auto give_up = std::chrono::steady_clock::now() + timeout;
    while (true) {
        auto locked = try_lock(file);
        if (!locked) {
            return fail(std::move(locked).error());
        }
        if (*locked) {
            return std::move(**locked);
        }
        if (std::chrono::steady_clock::now() >= give_up) {
            return fail(ErrorCode::unavailable,
                "another process keeps '" + file.string() + "' locked; end the process that hangs");
        }
        std::this_thread::sleep_for(kRetryWait);
    }
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

FileLock::~FileLock() {
    if (fd_ >= 0) {
        static_cast<void>(::close(fd_));
    }
}

} // namespace plex_tuner
