// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kChunk = std::size_t{256} * 1024;
/// Measured on a 72 MB guide, relative to level 1: level 2 costs 1.2 times the CPU for 6 % less,
/// level 3 costs 1.8 times for 15 % less; run-length and Huffman-only are slower and 4.5 times as
/// large. Level 1 leaves 14 % of the bytes.
constexpr int kLevel = 1;
constexpr int kGzipWindow = 15 + 16; // zlib: 32 KiB window, gzip wrapper
constexpr int kMemoryLevel = 8;

struct FileCloser {
    int fd = -1;

    explicit FileCloser(int descriptor) : fd(descriptor) {}

    FileCloser(const FileCloser&) = delete;
    FileCloser& operator=(const FileCloser&) = delete;

    ~FileCloser() {
        if (fd >= 0) {
            static_cast<void>(::close(fd));
        }
    }
};

struct Deflater {
    z_stream stream{};
    bool ready = false;

    Deflater() {
        ready = deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                    Z_DEFAULT_STRATEGY) == Z_OK;
    }

    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    ~Deflater() {
        if (ready) {
            static_cast<void>(deflateEnd(&stream));
        }
    }
};

[[nodiscard]] Result<std::size_t> read_some(
    int fd, std::string& buffer, const std::filesystem::path& file) {
    while (true) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            return fail(Error::from_errno(errno, "cannot read '" + file.string() + "'"));
        }
    }
}

} // namespace

Result<std::filesystem::path> compress_guide(
    const std::filesystem::path& file, const std::stop_token& stop) {
    const FileCloser source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (source.fd < 0) {
        return fail(Error::from_errno(errno, "cannot open '" + file.string() + "'"));
    }
    std::filesystem::path compressed = file;
    compressed += ".gz";
    auto target = AtomicFile::create(compressed);
    if (!target) {
        return fail(std::move(target).error());
    }
    Deflater deflater;
    if (!deflater.ready) {
        return fail(ErrorCode::internal, "zlib does not start");
    }
    z_stream& stream = deflater.stream;
    std::string in(kChunk, '\0');
    std::string out(kChunk, '\0');
    for (bool last = false; !last;) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "compressing the guide was stopped");
        }
        const auto count = read_some(source.fd, in, file);
        if (!count) {
            return fail(count.error());
        }
        last = *count == 0;
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(*count);
        do {
            stream.next_out = reinterpret_cast<Bytef*>(out.data());
            stream.avail_out = static_cast<uInt>(out.size());
            static_cast<void>(deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH));
            if (auto written =
                    target->write(std::string_view(out).substr(0, out.size() - stream.avail_out));
                !written) {
                return fail(std::move(written).error());
            }
        } while (stream.avail_out == 0);
    }
    if (auto committed = target->commit(); !committed) {
        return fail(std::move(committed).error());
    }
    return compressed;
}

} // namespace plex_tuner::guide
