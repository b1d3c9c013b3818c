// SPDX-License-Identifier: GPL-3.0-or-later
#include "holder.hpp"

#include "directory.hpp"

#include <cerrno>
#include <cstddef>
#include <random>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::state {

namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = 0600;
constexpr int kCreateAttempts = 8;
constexpr std::size_t kIdDigits = 32;

[[nodiscard]] fs::path holders_of(const fs::path& directory) {
    return directory / "holders";
}

[[nodiscard]] std::string random_id() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::random_device device;
    std::string id;
    while (id.size() < kIdDigits) {
        id += kDigits[device() % kDigits.size()];
    }
    return id;
}

[[nodiscard]] bool has_name(int fd) {
    struct stat info{};
    return ::fstat(fd, &info) == 0 && info.st_nlink > 0;
}

} // namespace

Result<Holder> Holder::create(const fs::path& directory) {
    const fs::path holders = holders_of(directory);
    if (auto made = make_directory(holders); !made) {
        return fail(std::move(made).error());
    }
    // Between its creation and the lock, one who tidies up may take the file for a dead holder's.
    for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
        std::string id = random_id();
        fs::path file = holders / id;
        const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
        if (fd < 0) {
            return fail(file_error(errno, "cannot create", file));
        }
        Holder holder(fd, std::move(id), std::move(file));
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0 && has_name(fd)) {
            return holder;
        }
    }
    return fail(ErrorCode::io,
        "cannot lock a file below '" + holders.string() + "'; does its file system have locks?");
}

Holder::Holder(Holder&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), id_(std::move(other.id_)), file_(std::move(other.file_)) {}

Holder& Holder::operator=(Holder&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(id_, other.id_);
    std::swap(file_, other.file_);
    return *this;
}

Holder::~Holder() {
    if (fd_ >= 0) {
        static_cast<void>(::unlink(file_.c_str()));
        static_cast<void>(::close(fd_));
    }
}

bool Holder::is_visible() const {
    return has_name(fd_);
}

bool Holder::is_dead(const fs::path& directory, std::string_view id) {
    const fs::path file = holders_of(directory) / id;
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT;
    }
    // Shared, so that two who look at once do not take each other for the holder.
    const bool dead = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
    if (dead) {
        static_cast<void>(::unlink(file.c_str()));
    }
    static_cast<void>(::close(fd));
    return dead;
}

void Holder::remove_dead(const fs::path& directory) {
    std::error_code error;
    for (fs::directory_iterator entry(holders_of(directory), error), end; !error && entry != end;
        entry.increment(error)) {
        static_cast<void>(is_dead(directory, entry->path().filename().string()));
    }
}

} // namespace plex_tuner::state
