// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/exchange.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::net {

namespace {

struct CloseDescriptor {
    void operator()(const int* descriptor) const noexcept {
        ::close(*descriptor);
        delete descriptor;
    }
};

} // namespace

Result<FileBody> open_file_body(const std::filesystem::path& path) {
    // O_NONBLOCK keeps the open of a fifo from waiting for its writer; regular files ignore it.
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (opened < 0) {
        return fail(Error::from_errno(errno, "cannot open " + path.string()));
    }
    FileBody body;
    body.descriptor = std::shared_ptr<const int>(new int(opened), CloseDescriptor{});
    struct stat info{};
    if (::fstat(opened, &info) != 0) {
        return fail(Error::from_errno(errno, "cannot examine " + path.string()));
    }
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorCode::unsupported, path.string() + " is not a regular file");
    }
    body.length = static_cast<std::uint64_t>(info.st_size);
    body.modified = WallTime(std::chrono::seconds(info.st_mtim.tv_sec));
    return body;
}

} // namespace plex_tuner::net
