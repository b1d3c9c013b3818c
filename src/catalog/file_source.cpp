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
    : fd_(fd), buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)), next_(buffer_.get()),
      end_(buffer_.get()) {}

FileSource::~FileSource() {
    ::close(fd_);
}

bool FileSource::refill() noexcept {
    if (ended_) {
        return false;
    }
    buffer_start_ = position();
    next_ = end_ = buffer_.get();
    if (buffer_start_ - mark_ > kMaxCatalogText) {
        over_limit_ = ended_ = true;
        return false;
    }
    ssize_t got = 0;
    do {
        got = ::read(fd_, buffer_.get(), kBufferBytes);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        if (got < 0) {
            io_error_ = errno;
        }
        ended_ = true;
        return false;
    }
    end_ = next_ + got;
    if (const void* nul = std::memchr(next_, 0, static_cast<std::size_t>(got))) {
        end_ = static_cast<const char*>(nul);
        nul_byte_ = buffer_start_ + static_cast<std::uint64_t>(end_ - next_);
        ended_ = true;
    }
    return next_ != end_;
}

} // namespace plex_tuner::catalog
