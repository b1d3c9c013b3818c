// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_cache.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <set>
#include <utility>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

namespace {

constexpr std::size_t kDigits = 16;
constexpr std::uint64_t kStatBlock = 512;
/// So many files the disk is waited for one by one.
constexpr std::size_t kSyncedAtOnce = 8;
constexpr std::chrono::seconds kWarnEvery{60};

[[nodiscard]] std::string hex(std::uint64_t value) {
    std::array<char, kDigits + 1> text{};
    std::snprintf(text.data(), text.size(), "%016" PRIx64, value);
    return text.data();
}

} // namespace

BlockCache::BlockCache(BlockCacheOptions options, FileLock lock, log::Logger logger)
    : options_(std::move(options)), lock_(std::move(lock)), logger_(std::move(logger)) {}

BlockCache::~BlockCache() {
    thread_.join();
}

Result<std::unique_ptr<BlockCache>> BlockCache::open(
    BlockCacheOptions options, log::Logger logger) {
    std::error_code error;
    std::filesystem::create_directories(options.directory, error);
    if (error) {
        return fail(ErrorCode::io, "cannot create the cache directory " +
                                       options.directory.string() + ": " + error.message() +
                                       "; choose another with PLEX_TUNER_CACHE");
    }
    auto lock = FileLock::try_lock(options.directory / "lock");
    if (!lock) {
        return fail_with(std::move(lock), "the cache");
    }
    if (!*lock) {
        return fail(ErrorCode::unavailable, "another process uses the cache " +
                                                options.directory.string() +
                                                "; give each mount its own with PLEX_TUNER_CACHE");
    }
    std::unique_ptr<BlockCache> cache(
        new BlockCache(std::move(options), std::move(**lock), std::move(logger)));
    cache->scan();
    return cache;
}

/// What the last process left. Bytes without a map are of no use to anybody.
void BlockCache::scan() {
    std::error_code error;
    std::set<std::string> mapped;
    std::vector<std::pair<Inode, std::filesystem::path>> files;
    for (const auto& file : std::filesystem::directory_iterator(options_.directory, error)) {
        const std::string name = file.path().filename().string();
        const auto inode = ascii::parse_integer<Inode>(
            std::string_view(name).substr(0, std::min(kDigits, name.size())), 16);
        if (!inode || name.size() < kDigits) {
            continue;
        }
        if (name.ends_with(".map")) {
            mapped.insert(name.substr(0, kDigits));
            struct stat status{};
            if (::stat(file.path().c_str(), &status) == 0) {
                entries_[*inode].used_at =
                    std::chrono::system_clock::from_time_t(status.st_mtim.tv_sec);
            }
        } else {
            files.emplace_back(*inode, file.path());
        }
    }
    for (const auto& [inode, path] : files) {
        bool is_mapped = false;
        if (mapped.contains(path.filename().string().substr(0, kDigits))) {
            constexpr std::size_t kHead = 256;
            const auto map = read_file(map_path(inode), BlockStore::kMaxMapBytes);
            is_mapped = map && std::string_view(*map).substr(0, kHead).contains(
                                   "\n" + path.filename().string() + "\n");
        }
        struct stat status{};
        if (!is_mapped) {
            ::unlink(path.c_str());
        } else if (::stat(path.c_str(), &status) == 0) {
            Entry& entry = entries_[inode];
            entry.bytes = static_cast<std::uint64_t>(status.st_blocks) * kStatBlock;
            entry.data = path;
            used_ += entry.bytes;
        }
    }
    std::erase_if(entries_, [&](const auto& entry) {
        const bool is_empty = entry.second.data.empty();
        if (is_empty) {
            ::unlink(map_path(entry.first).c_str());
        }
        return is_empty;
    });
}

std::uint64_t BlockCache::used() const {
    const std::scoped_lock lock(mutex_);
    return used_;
}

std::uint64_t BlockCache::evictions() const {
    const std::scoped_lock lock(mutex_);
    return evictions_;
}

std::filesystem::path BlockCache::map_path(Inode inode) const {
    return options_.directory / (hex(inode) + ".map");
}

std::filesystem::path BlockCache::new_data_path(Inode inode) {
    const std::scoped_lock lock(mutex_);
    // A new name for each beginning: a map that is written late must never vouch for other bytes.
    std::filesystem::path path = options_.directory / (hex(inode) + "." + hex(random_()));
    entries_[inode].data = path;
    return path;
}

std::shared_ptr<BlockStore> BlockCache::store(Inode inode) {
    const std::scoped_lock lock(mutex_);
    Entry& entry = entries_[inode];
    entry.used_at = std::chrono::system_clock::now();
    auto store = entry.store.lock();
    if (!store) {
        store = std::make_shared<BlockStore>(*this, inode, entry.unwritten_map.get());
        entry.store = store;
    }
    return store;
}

bool BlockCache::has_free_disk(std::uint64_t bytes) const {
    struct statvfs status{};
    if (::statvfs(options_.directory.c_str(), &status) != 0) {
        return true; // the write will tell
    }
    return std::uint64_t{status.f_bavail} * status.f_frsize >= options_.min_free + bytes;
}

bool BlockCache::reserve(Inode inode, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    while (used_ + bytes > options_.max_bytes || !has_free_disk(bytes)) {
        if (!evict_one()) {
            return false;
        }
    }
    used_ += bytes;
    entries_[inode].bytes += bytes;
    return true;
}

void BlockCache::give_back(Inode inode, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    const auto entry = entries_.find(inode);
    if (entry == entries_.end()) {
        return;
    }
    bytes = std::min(bytes, entry->second.bytes);
    entry->second.bytes -= bytes;
    used_ -= bytes;
    entry->second.used_at = std::chrono::system_clock::now();
    if (entry->second.data.empty()) {
        entries_.erase(entry);
    }
}

bool BlockCache::evict_one() {
    auto oldest = entries_.end();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        if (entry->second.store.expired() && !entry->second.data.empty() &&
            (oldest == entries_.end() || entry->second.used_at < oldest->second.used_at)) {
            oldest = entry;
        }
    }
    if (oldest == entries_.end()) {
        return false;
    }
    ::unlink(map_path(oldest->first).c_str());
    ::unlink(oldest->second.data.c_str());
    used_ -= std::min(used_, oldest->second.bytes);
    entries_.erase(oldest);
    ++evictions_;
    return true;
}

void BlockCache::remove_files(Inode inode, const std::filesystem::path& data) {
    const std::scoped_lock lock(mutex_);
    ::unlink(map_path(inode).c_str());
    if (!data.empty()) {
        ::unlink(data.c_str());
    }
    Entry& entry = entries_[inode];
    used_ -= std::min(used_, entry.bytes);
    entry.bytes = 0;
    entry.data.clear();
    entry.unwritten_map.reset();
}

void BlockCache::flush(
    Inode inode, std::shared_ptr<CacheDescriptor> data, std::string map, ByteRange passed) {
    auto text = std::make_shared<const std::string>(std::move(map));
    const std::scoped_lock lock(mutex_);
    entries_[inode].unwritten_map = text;
    const bool is_first = pending_.empty();
    pending_.insert_or_assign(
        inode, Flush{.data = std::move(data), .map = std::move(text), .passed = passed});
    if (is_first) {
        boost::asio::post(thread_, [this] { write_pending(); });
    }
}

void BlockCache::write_pending() {
    std::map<Inode, Flush> batch;
    {
        const std::scoped_lock lock(mutex_);
        batch.swap(pending_);
    }
    // A media server that looks at thousands of films leaves many small ones behind: waiting for
    // the disk once for each would hold up the end of the program for as long as that takes.
    const bool is_synced = batch.size() > kSyncedAtOnce && sync_disk();
    for (const auto& [inode, flush] : batch) {
        write_map(inode, flush, is_synced);
        const std::scoped_lock lock(mutex_);
        const auto entry = entries_.find(inode);
        if (entry != entries_.end() && entry->second.unwritten_map == flush.map) {
            entry->second.unwritten_map.reset();
        }
    }
}

bool BlockCache::sync_disk() const {
    const int directory = ::open(options_.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = directory >= 0 && ::syncfs(directory) == 0;
    ::close(directory);
    return done;
}

void BlockCache::write_map(Inode inode, const Flush& flush, bool is_synced) {
    const int data = flush.data->get();
    struct stat status{};
    if ((!is_synced && ::fdatasync(data) != 0) || ::fstat(data, &status) != 0 ||
        status.st_nlink == 0) {
        return; // removed meanwhile, or the disk does not keep what it took
    }
    if (!flush.passed.empty()) {
        ::posix_fadvise(data, static_cast<off_t>(flush.passed.begin),
            static_cast<off_t>(flush.passed.end - flush.passed.begin), POSIX_FADV_DONTNEED);
    }
    // Not synced itself: a map that a crash leaves in part is known by its sum, and not believed.
    const std::filesystem::path path = map_path(inode);
    const std::filesystem::path unfinished = path.string() + ".new";
    const int file =
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool is_written = file >= 0 && write_all(file, 0, *flush.map);
    int error = errno;
    if (file >= 0) {
        ::close(file);
    }
    if (is_written && ::rename(unfinished.c_str(), path.c_str()) == 0) {
        return;
    }
    error = is_written ? errno : error;
    ::unlink(unfinished.c_str());
    warn(Error::from_errno(error, "cannot write " + path.string()));
}

void BlockCache::warn(const Error& error) {
    const std::scoped_lock lock(warn_mutex_);
    const auto now = std::chrono::steady_clock::now();
    // Each open file of a full disk would say so.
    if (warned_at_ == std::chrono::steady_clock::time_point{} || now - warned_at_ > kWarnEvery) {
        warned_at_ = now;
        logger_.warn("the cache keeps nothing more for now, films are read without it",
            {{"directory", options_.directory.string()}, {"error", error}});
    }
}

} // namespace plex_tuner::vodfs
