// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_source.hpp"

#include <cerrno>
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
    : fd_(fd), buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)), next_(buffer_.get()),
      end_(buffer_.get()) {}

FileSource::~FileSource() {
    ::close(fd_);
}

void FileSource::refill() noexcept {
    if (ended_) {
        return;
    }
    buffer_start_ = position();
    next_ = end_ = buffer_.get();
    ssize_t got = 0;
    do {
        got = ::read(fd_, buffer_.get(), kBufferBytes);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        if (got < 0) {
            io_error_ = errno;
        }
        ended_ = true;
        return;
    }
    end_ = next_ + got;
}

} // namespace plex_tuner::catalog
