// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_source.hpp"

#include "body_kind.hpp"
#include "stream_pace.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/gateway/source_inspection.hpp>
#include <plex_tuner/net/disk_thread.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace plex_tuner::gateway {
namespace {

/// The stream is given out so much before its time, so that a slow disk is not seen.
constexpr std::chrono::milliseconds kLead{1'000};
/// A stream names its clock every tenth of a second (ISO 13818-1 2.7.2).
constexpr std::size_t kMaxWithoutClock = std::size_t{4} << 20;

/// An open regular file and how far it was read. What waits for the disk happens on a thread for
/// that.
class File {
public:
    [[nodiscard]] static asio::awaitable<Result<std::shared_ptr<const int>>> open(
        std::string path) {
        return net::on_disk([path = std::move(path)] { return open_now(path); });
    }

    explicit File(std::shared_ptr<const int> descriptor) noexcept
        : descriptor_(std::move(descriptor)) {}

    /// Empty at the end.
    [[nodiscard]] asio::awaitable<Result<std::string>> read() {
        auto bytes = read_now(*descriptor_, position_, RWF_NOWAIT);
        if (!bytes || bytes->size() < kPart) { // the end, or what is in memory
            bytes = co_await net::on_disk(
                [file = descriptor_, at = position_] { return read_now(*file, at, 0); });
        }
        position_ += bytes ? bytes->size() : 0;
        co_return bytes;
    }

    static constexpr std::size_t kPart = fetch::Transfer::kFullRead;

private:
    [[nodiscard]] static Result<std::shared_ptr<const int>> open_now(const std::string& path) {
        // Opening a pipe would wait for its writer.
        const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (opened < 0) {
            return fail(Error::from_errno(errno, "opening the file"));
        }
        std::shared_ptr<const int> descriptor(new int(opened), [](const int* held) {
            ::close(*held);
            delete held;
        });
        struct stat status{};
        if (fstat(opened, &status) != 0 || !S_ISREG(status.st_mode)) {
            return fail(ErrorCode::unsupported, "the source is no regular file");
        }
        (void)posix_fadvise(opened, 0, 0, POSIX_FADV_SEQUENTIAL);
        return descriptor;
    }

    [[nodiscard]] static Result<std::string> read_now(
        int descriptor, std::uint64_t position, int flags) {
        std::string bytes(kPart, '\0');
        const iovec place{.iov_base = bytes.data(), .iov_len = bytes.size()};
        const ssize_t count = ::preadv2(descriptor, &place, 1, static_cast<off_t>(position), flags);
        if (count < 0) {
            return fail(Error::from_errno(errno, "reading the file"));
        }
        bytes.resize(static_cast<std::size_t>(count));
        return bytes;
    }

    std::shared_ptr<const int> descriptor_;
    std::uint64_t position_ = 0;
};

/// How far a stream that is read has come by its own clock.
class StreamClock {
public:
    void feed(std::string_view bytes, SteadyTime now) {
        bytes_ += bytes.size();
        packetizer_.feed(ts::bytes_of(bytes), [&](ts::Bytes run) { take(run, now); });
    }

    [[nodiscard]] bool has_none() const noexcept {
        return pid_ == ts::kNullPid && bytes_ > kMaxWithoutClock;
    }

    [[nodiscard]] std::chrono::milliseconds ahead(SteadyTime now) const noexcept {
        return pace_.ahead(now);
    }

private:
    /// Longer steps are jumps: a file may be made of several.
    static constexpr std::int64_t kMaxStep = 2 * ts::kPcrHz;

    void take(ts::Bytes run, SteadyTime now) {
        for (; run.size() >= ts::kPacketSize; run = run.subspan(ts::kPacketSize)) {
            const ts::PacketView packet(run.data());
            const auto pcr = (packet.adaptation_flags() & 0x10) != 0 ? packet.pcr() : std::nullopt;
            if (!pcr || (pid_ != ts::kNullPid && packet.pid() != pid_)) {
                continue;
            }
            pid_ = packet.pid();
            const std::int64_t step = ts::pcr_difference(*pcr, last_.value_or(*pcr));
            last_ = pcr;
            if (step >= 0 && step <= kMaxStep) {
                played_ = (played_ + step) % ts::kPcrWrap;
            }
            pace_.on_clock(played_, now);
        }
    }

    ts::Packetizer packetizer_;
    StreamPace pace_;
    std::uint16_t pid_ = ts::kNullPid;
    std::optional<std::int64_t> last_;
    std::int64_t played_ = 0; ///< 27 MHz, without jumps
    std::size_t bytes_ = 0;
};

} // namespace

Result<std::string> path_of_file_url(const Url& url) {
    std::string path = percent::decode(url.path());
    const bool local = url.host().empty() || ascii::iequals(url.host(), "localhost");
    if (!local || !path.starts_with('/') || path.contains('\0')) {
        return fail(ErrorCode::invalid_argument,
            "the address of a file must be like file:///directory/name.ts");
    }
    return path;
}

asio::awaitable<Result<void>> play_file_source(Attempt& attempt, MediaSink& sink, const Url& url,
    std::function<void(const SourceOpened&)> opened) {
    const auto path = path_of_file_url(url);
    if (!path) {
        co_return fail(path.error());
    }
    auto descriptor = co_await File::open(*path);
    if (attempt.cancelled()) {
        co_return fail(*attempt.cancelled());
    }
    if (!descriptor) {
        co_return fail(std::move(descriptor).error());
    }
    File file(std::move(*descriptor));
    auto bytes = co_await file.read();
    if (bytes && !attempt.cancelled()) {
        const BodyKind kind = classify(*bytes, bytes->size() < File::kPart);
        if (kind != BodyKind::transport_stream) {
            co_return fail(
                ErrorCode::unsupported, std::string("the file holds ")
                                            .append(describe(kind))
                                            .append("; only MPEG transport streams are played"));
        }
        opened({0, "file"});
    }
    StreamClock clock;
    while (bytes && !bytes->empty()) {
        if (attempt.cancelled()) {
            co_return fail(*attempt.cancelled());
        }
        const SteadyTime time = std::chrono::steady_clock::now();
        clock.feed(*bytes, time);
        const std::size_t size = bytes->size();
        sink.feed(std::move(*bytes));
        if (clock.has_none()) {
            co_return fail(
                ErrorCode::parse, "the file has no clock (PCR), so its pace is not known");
        }
        if (const auto ahead = clock.ahead(time); ahead > kLead) {
            if (auto slept = co_await attempt.sleep_until(time + (ahead - kLead)); !slept) {
                co_return slept;
            }
        }
        if (auto paced = co_await sink.pace(size); !paced) {
            co_return paced;
        }
        bytes = co_await file.read();
    }
    sink.finish_piece();
    co_return bytes ? Result<void>{} : Result<void>(fail(std::move(bytes).error()));
}

} // namespace plex_tuner::gateway
