// SPDX-License-Identifier: GPL-3.0-or-later
#include "slice_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

[[nodiscard]] Error file_error(const std::filesystem::path& file, int code) {
    return {ErrorCode::io, file.string() + ": " + std::generic_category().message(code)};
}

} // namespace

Result<SliceReader> SliceReader::open(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return fail(file_error(file, errno));
    }
    SliceReader reader(descriptor, file, 0);
    struct stat facts{};
    if (::fstat(descriptor, &facts) != 0) {
        return fail(file_error(file, errno));
    }
    reader.size_ = static_cast<std::uint64_t>(facts.st_size);
    return reader;
}

SliceReader::SliceReader(SliceReader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), file_(std::move(other.file_)),
      size_(other.size_), buffer_(std::move(other.buffer_)) {}

SliceReader::~SliceReader() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Result<void> SliceReader::read(std::uint64_t begin, std::uint64_t bytes,
    const std::function<Result<void>(std::string_view)>& take) {
    while (bytes > 0) {
        buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, kPieceBytes)));
        const ssize_t got =
            ::pread(descriptor_, buffer_.data(), buffer_.size(), static_cast<off_t>(begin));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return fail(got < 0 ? file_error(file_, errno)
                                : Error(ErrorCode::io, file_.string() + ": it became shorter"));
        }
        if (auto taken = take(std::string_view(buffer_).substr(0, static_cast<std::size_t>(got)));
            !taken) {
            return taken;
        }
        begin += static_cast<std::uint64_t>(got);
        bytes -= static_cast<std::uint64_t>(got);
    }
    return {};
}

} // namespace plex_tuner::guide
