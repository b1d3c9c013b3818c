// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fetch/compressed_file.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::fetch {

namespace {

constexpr std::size_t kFileChunk = 256 * 1024;
constexpr std::size_t kOutputChunk = 256 * 1024;
/// Fed to the decoder in one go; bounds what a bomb can put into memory at once (gzip makes at most
/// 1032 bytes of one, so 8 MiB).
constexpr std::size_t kFeedSlice = 8 * 1024;

} // namespace

struct CompressedFileReader::State {
    State(std::filesystem::path file, int descriptor, std::uint64_t max_output)
        : path(std::move(file)), fd(descriptor), decompressor(max_output), raw(kFileChunk) {}

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() { ::close(fd); }

    Result<void> read_file() {
        ssize_t got = 0;
        do {
            got = ::read(fd, raw.data(), raw.size());
        } while (got < 0 && errno == EINTR);
        if (got < 0) {
            return fail(Error::from_errno(errno, "cannot read " + path.string()));
        }
        pending = {raw.data(), static_cast<std::size_t>(got)};
        ended = got == 0;
        return {};
    }

    std::filesystem::path path;
    int fd;
    Decompressor decompressor;
    std::vector<char> raw;
    std::string_view pending;   ///< of raw, not yet decoded
    std::string decoded;        ///< output of the last feeds
    std::size_t handed_out = 0; ///< of decoded
    bool ended = false;
    bool finished = false;
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
    State& state = *state_;
    if (state.handed_out == state.decoded.size()) {
        state.decoded.clear();
        state.handed_out = 0;
        while (state.decoded.size() < kOutputChunk - kFeedSlice && !state.finished) {
            if (state.pending.empty() && !state.ended) {
                if (auto got = state.read_file(); !got) {
                    return fail(std::move(got).error());
                }
            }
            const std::string_view slice = state.pending.substr(0, kFeedSlice);
            state.pending.remove_prefix(slice.size());
            state.finished = state.ended;
            auto decoded = state.finished ? state.decompressor.finish(state.decoded)
                                          : state.decompressor.feed(slice, state.decoded);
            if (!decoded) {
                return fail_with(std::move(decoded), state.path.string());
            }
        }
    }
    const std::string_view chunk =
        std::string_view(state.decoded).substr(state.handed_out, kOutputChunk);
    state.handed_out += chunk.size();
    return chunk;
}

} // namespace plex_tuner::fetch
