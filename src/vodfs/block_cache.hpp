// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "block_store.hpp"

#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include <boost/asio/thread_pool.hpp>

namespace plex_tuner::vodfs {

struct BlockCacheOptions {
    std::filesystem::path directory;
    std::uint64_t max_bytes = 0; ///< kept at most
    std::uint64_t min_free = 0;  ///< left free on the disk
};

/// The directory in which bytes of films are kept. When it is full the files that were not read for
/// the longest time go; one that is open never does. Belongs to one process at a time. Thread-safe.
class BlockCache {
public:
    /// unavailable when another process has the directory.
    [[nodiscard]] static Result<std::unique_ptr<BlockCache>> open(
        BlockCacheOptions options, log::Logger logger);
    /// Stores must be gone. Writes what is still to be written.
    ~BlockCache();

    /// What is kept of `inode`; the same object for all who have it open.
    [[nodiscard]] std::shared_ptr<BlockStore> store(Inode inode);

    [[nodiscard]] std::uint64_t used() const;
    /// Files that made room since it was opened.
    [[nodiscard]] std::uint64_t evictions() const;

private:
    friend class BlockStore;

    struct Entry {
        std::uint64_t bytes = 0;
        std::chrono::system_clock::time_point used_at{};
        std::filesystem::path data;
        std::weak_ptr<BlockStore> store;
        /// The newest map, as long as it is not on disk: the file may be opened again at once.
        std::shared_ptr<const std::string> unwritten_map;
    };

    struct Flush {
        std::shared_ptr<CacheDescriptor> data;
        std::shared_ptr<const std::string> map;
        ByteRange passed;
    };

    BlockCache(BlockCacheOptions options, FileLock lock, log::Logger logger);
    void scan();

    [[nodiscard]] const std::filesystem::path& directory() const noexcept {
        return options_.directory;
    }

    [[nodiscard]] std::filesystem::path map_path(Inode inode) const;
    [[nodiscard]] std::filesystem::path new_data_path(Inode inode);
    /// False: there is no room for so many bytes more.
    [[nodiscard]] bool reserve(Inode inode, std::uint64_t bytes);
    void give_back(Inode inode, std::uint64_t bytes);
    void remove_files(Inode inode, const std::filesystem::path& data);
    /// Later, on the cache's thread: the bytes to the disk, then the map that says they are there.
    /// Those of `passed` need not be kept in memory.
    void flush(
        Inode inode, std::shared_ptr<CacheDescriptor> data, std::string map, ByteRange passed);
    void write_pending();
    void write_map(Inode inode, const Flush& flush, bool is_synced);
    /// All that was written to the disk of the cache is on it.
    [[nodiscard]] bool sync_disk() const;
    void warn(const Error& error);
    [[nodiscard]] bool evict_one();
    [[nodiscard]] bool has_free_disk(std::uint64_t bytes) const;

    BlockCacheOptions options_;
    FileLock lock_;
    log::Logger logger_;
    mutable std::mutex mutex_;
    std::map<Inode, Entry> entries_;
    std::map<Inode, Flush> pending_; ///< not yet begun; the newest of each file
    std::uint64_t used_ = 0;
    std::uint64_t evictions_ = 0;
    std::mt19937_64 random_{std::random_device{}()};
    std::mutex warn_mutex_;
    std::chrono::steady_clock::time_point warned_at_{};
    boost::asio::thread_pool thread_{1}; ///< last: its work uses what stands above
};

} // namespace plex_tuner::vodfs
