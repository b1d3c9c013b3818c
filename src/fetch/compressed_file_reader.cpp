// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fetch/compressed_file.hpp>

#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::fetch {

namespace {

constexpr std::size_t kFileChunk = 256 * 1024;

} // namespace

struct CompressedFileReader::State {
    State(std::filesystem::path file, int descriptor, std::uint64_t max_output)
        : path(std::move(file)), fd(descriptor), decompressor(max_output), raw(kFileChunk) {}

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() { ::close(fd); }

    /// The decoder gets what comes next in the file.
    Result<void> read_file() {
        ssize_t got = 0;
        do {
            got = ::read(fd, raw.data(), raw.size());
        } while (got < 0 && errno == EINTR);
        if (got < 0) {
            return fail(Error::from_errno(errno, "cannot read " + path.string()));
        }
        if (got == 0) {
            decompressor.end();
        } else {
            decompressor.feed({raw.data(), static_cast<std::size_t>(got)});
        }
        return {};
    }

    std::filesystem::path path;
    int fd;
    Decompressor decompressor;
    std::vector<char> raw;
};

CompressedFileReader::CompressedFileReader(CompressedFileReader&&) noexcept = default;
CompressedFileReader& CompressedFileReader::operator=(CompressedFileReader&&) noexcept = default;
CompressedFileReader::~CompressedFileReader() = default;

Result<CompressedFileReader> CompressedFileReader::open(
    const std::filesystem::path& path, std::uint64_t max_output) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail(Error::from_errno(errno, "cannot open " + path.string()));
    }
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    CompressedFileReader reader;
    reader.state_ = std::make_unique<State>(path, fd, max_output);
    return reader;
}

Result<std::string_view> CompressedFileReader::read() {
    Decompressor& decompressor = state_->decompressor;
    while (!decompressor.ended()) {
        if (decompressor.wants_input()) {
            if (auto got = state_->read_file(); !got) {
                return fail(std::move(got).error());
            }
        }
        auto bytes = decompressor.next();
        if (!bytes) {
            return fail_with(std::move(bytes), state_->path.string());
        }
        if (!bytes->empty()) {
            return bytes;
        }
    }
    return std::string_view();
}

} // namespace plex_tuner::fetch
