// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_digest.hpp"

#include "digest_maker.hpp"
#include "source_bytes.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/base/hash.hpp>

#include <chrono>
#include <cstring>
#include <string_view>
#include <system_error>

namespace plex_tuner::guide {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "PTGUIDE3";
constexpr std::size_t kTrailerBytes = 2 * sizeof(std::uint64_t) + kMagic.size();
constexpr std::uint64_t kMaxIndexBytes = std::uint64_t{64} << 20;
/// What another process takes to read a guide of two gigabytes, and some.
constexpr std::chrono::seconds kLockPatience{120};
/// Digests of guides that nobody has changed or wanted for so long go when another is made.
constexpr std::chrono::hours kUnusedFor{24 * 60};
constexpr std::string_view kRootEnd = "</tv>";
constexpr std::string_view kExtension = ".guide";
constexpr std::string_view kScratchExtension = ".text";

/// Removes a file at the end of the block.
class Scratch {
public:
    explicit Scratch(fs::path file) : file_(std::move(file)) {}

    ~Scratch() {
        std::error_code ignored;
        fs::remove(file_, ignored);
    }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const fs::path& file() const noexcept { return file_; }

private:
    fs::path file_;
};

[[nodiscard]] Result<FileLock> wait_for_lock(const fs::path& file, const std::stop_token& stop) {
    const auto until = std::chrono::steady_clock::now() + kLockPatience;
    for (;;) {
        auto lock = FileLock::lock(file, std::chrono::seconds(1));
        if (lock || lock.error().code() != ErrorCode::unavailable ||
            std::chrono::steady_clock::now() >= until) {
            return lock;
        }
        if (stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "the guide build was stopped");
        }
    }
}

/// The source is as it is: another try would come to the same.
[[nodiscard]] bool is_for_good(ErrorCode code) noexcept {
    return code == ErrorCode::parse || code == ErrorCode::too_large ||
           code == ErrorCode::unsupported || code == ErrorCode::empty_body;
}

/// Not the locks: who holds one would hold it alone no more.
void remove_unused(const fs::path& directory) noexcept {
    std::error_code error;
    const auto oldest = fs::file_time_type::clock::now() - kUnusedFor;
    for (fs::directory_iterator entry(directory, error);
        !error && entry != fs::directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        const fs::path extension = entry->path().extension();
        if ((extension == kExtension || extension == kScratchExtension) &&
            fs::last_write_time(entry->path(), ignored) < oldest && !ignored) {
            fs::remove(entry->path(), ignored);
        }
    }
}

} // namespace

Result<GuideDigest> GuideDigest::open(const fs::path& file, const SourceStamp& stamp) {
    const auto unusable = [&] {
        return fail(ErrorCode::parse, file.string() + " is not of the guide as it is now");
    };
    auto reader = SliceReader::open(file);
    if (!reader) {
        return fail(std::move(reader).error());
    }
    if (reader->size() < kTrailerBytes) {
        return unusable();
    }
    std::string trailer;
    const std::uint64_t trailer_begin = reader->size() - kTrailerBytes;
    if (auto read = reader->read(trailer_begin, kTrailerBytes,
            [&](std::string_view bytes) {
                trailer += bytes;
                return Result<void>();
            });
        !read) {
        return fail(std::move(read).error());
    }
    std::uint64_t index_begin = 0;
    std::uint64_t hash = 0;
    std::memcpy(&index_begin, trailer.data(), sizeof index_begin);
    std::memcpy(&hash, trailer.data() + sizeof index_begin, sizeof hash);
    if (!trailer.ends_with(kMagic) || index_begin > trailer_begin ||
        trailer_begin - index_begin > kMaxIndexBytes) {
        return unusable();
    }
    std::string bytes;
    if (auto read = reader->read(index_begin, trailer_begin - index_begin,
            [&](std::string_view part) {
                bytes += part;
                return Result<void>();
            });
        !read) {
        return fail(std::move(read).error());
    }
    if (Fnv1a().add(bytes).value() != hash) {
        return unusable();
    }
    auto index = decode_index(bytes, index_begin);
    if (!index || index->stamp != stamp) {
        return unusable();
    }
    if (!index->refused.empty()) {
        return fail(ErrorCode::too_large, index->refused);
    }
    return GuideDigest(std::move(*reader), std::move(*index));
}

Result<DigestIndex> GuideDigest::write_text(const fs::path& source, const fs::path& scratch,
    const GuideOptions& options, AtomicFile& digest) {
    std::string fault;
    Result<void> read;
    for (const Repair repair : {Repair::text, Repair::text_and_markup}) {
        DigestMaker maker(scratch, repair);
        read = read_source_bytes(
            source, options, [&](std::string_view bytes) { return maker.feed(bytes); });
        if (read) {
            read = maker.finish();
        }
        if (read) {
            auto index = maker.write(digest);
            if (index) {
                index->mended = fault;
            }
            return index;
        }
        if (read.error().code() != ErrorCode::parse) {
            break;
        }
        if (fault.empty()) {
            fault = describe_fault(source, read.error());
        }
    }
    return fail(std::move(read).error());
}

Result<void> GuideDigest::make(const fs::path& source, const SourceStamp& stamp,
    const fs::path& file, const GuideOptions& options) {
    auto digest = AtomicFile::create(file);
    if (!digest) {
        return fail(std::move(digest).error());
    }
    const Scratch scratch(fs::path(file).concat(kScratchExtension));
    DigestIndex index;
    if (auto written = write_text(source, scratch.file(), options, *digest)) {
        index = std::move(*written);
    } else if (is_for_good(written.error().code())) {
        index.refused = written.error().message();
    } else {
        return fail(std::move(written).error());
    }
    index.stamp = stamp;
    std::string end = encode(index);
    if (end.size() > kMaxIndexBytes) {
        index.channels.clear();
        index.refused = "its index would be too large";
        end = encode(index);
    }
    if (!index.refused.empty()) {
        if (auto emptied = digest->truncate(0); !emptied) {
            return emptied;
        }
    }
    const std::uint64_t hash = Fnv1a().add(end).value();
    const std::uint64_t index_begin = digest->size();
    end.append(reinterpret_cast<const char*>(&index_begin), sizeof index_begin);
    end.append(reinterpret_cast<const char*>(&hash), sizeof hash);
    end += kMagic;
    if (auto written = digest->write(end); !written) {
        return written;
    }
    return digest->commit();
}

Result<GuideDigest> GuideDigest::of(const fs::path& source, const GuideOptions& options) {
    auto stamp = SourceStamp::of(source);
    if (!stamp) {
        return fail(std::move(stamp).error());
    }
    const fs::path& directory = options.digest_directory;
    const fs::path file =
        directory / (Fnv1a().add(fs::absolute(source).string()).hex().append(kExtension));
    if (auto there = open(file, *stamp); there || there.error().code() == ErrorCode::too_large) {
        return there;
    }
    std::error_code error;
    fs::create_directories(directory, error);
    auto lock = wait_for_lock(fs::path(file).concat(".lock"), options.stop);
    if (!lock) {
        return fail(std::move(lock).error());
    }
    if (auto there = open(file, *stamp); there || there.error().code() == ErrorCode::too_large) {
        return there; // another has made it meanwhile
    }
    fs::remove(file, error); // who reads it has it open; the disk need not hold both
    AtomicFile::remove_leftovers_in(directory);
    remove_unused(directory);
    if (auto made = make(source, *stamp, file, options); !made) {
        return fail(std::move(made).error());
    }
    return open(file, *stamp);
}

Result<void> GuideDigest::read(XmltvHandler& handler, const std::stop_token& stop) {
    XmltvReader reader(handler);
    const auto feed = [&](std::string_view bytes) -> Result<void> {
        if (stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "the guide build was stopped");
        }
        return reader.feed(bytes);
    };
    if (auto head = text_.read(0, index_.head_bytes, feed); !head) {
        return head;
    }
    for (const DigestIndex::Channel& channel : index_.channels) {
        if (!handler.wants_channel(channel.id, static_cast<std::size_t>(channel.programmes))) {
            continue;
        }
        if (auto programmes = text_.read(channel.begin, channel.bytes, feed); !programmes) {
            return programmes;
        }
    }
    if (auto fed = reader.feed(kRootEnd); !fed) {
        return fed;
    }
    return reader.finish();
}

} // namespace plex_tuner::guide
