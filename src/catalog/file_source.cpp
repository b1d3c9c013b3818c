// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_source.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::catalog {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{128} << 10;

} // namespace

Result<std::unique_ptr<FileSource>> FileSource::open(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(Error::from_errno(errno, "open " + path.string()));
    }
    return std::unique_ptr<FileSource>(new FileSource(fd));
}

FileSource::FileSource(int fd)
    : fd_(fd), buffer_(std::make_unique<char[]>(kBufferBytes + kPadding)), end_(buffer_.get()) {}

FileSource::~FileSource() {
    ::close(fd_);
}

const char* FileSource::more() noexcept {
    if (ended_) {
        return end_;
    }
    buffer_start_ = offset_of(end_);
    without_progress_ =
        progress_ ? 0 : without_progress_ + static_cast<std::uint64_t>(end_ - buffer_.get());
    progress_ = false;
    std::size_t got = 0;
    if (without_progress_ > kMaxCatalogText) {
        over_limit_ = ended_ = true;
    } else {
        got = fill();
    }
    std::memset(buffer_.get() + got, 0, kPadding);
    end_ = buffer_.get() + std::strlen(buffer_.get());
    if (end_ != buffer_.get() + got) {
        nul_byte_ = offset_of(end_);
        ended_ = true;
    }
    return buffer_.get();
}

std::size_t FileSource::fill() noexcept {
    std::size_t filled = 0;
    while (filled < kBufferBytes && !ended_) {
        const ssize_t got = ::read(fd_, buffer_.get() + filled, kBufferBytes - filled);
        if (got > 0) {
            filled += static_cast<std::size_t>(got);
        } else if (got == 0) {
            ended_ = true;
        } else if (errno != EINTR) {
            io_error_ = errno;
            ended_ = true;
        }
    }
    return filled;
}

} // namespace plex_tuner::catalog
