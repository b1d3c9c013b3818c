// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "block_map.hpp"
#include "inode.hpp"

#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::vodfs {

class BlockCache;

/// An open file, closed when the last one who reads it is done.
class CacheDescriptor {
public:
    explicit CacheDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}

    ~CacheDescriptor();
    CacheDescriptor(const CacheDescriptor&) = delete;
    CacheDescriptor& operator=(const CacheDescriptor&) = delete;

    [[nodiscard]] int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    [[nodiscard]] bool empty() const noexcept { return begin >= end; }
};

/// All bytes; false, and errno, when the disk does not take them.
[[nodiscard]] bool write_all(int descriptor, std::uint64_t offset, std::string_view bytes);

/// What is known of the file at the origin whose bytes are kept.
struct FileFacts {
    std::optional<std::uint64_t> size;
    std::string validator; ///< see RangeAnswer
    std::string host;      ///< that said so
    friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

/// What is kept of one file: a sparse file of its bytes and a map of the blocks that are there. The
/// map is written behind the bytes, so that what it says is true whatever ended the process or the
/// machine; blocks it does not know yet are fetched again. Where the disk takes nothing (full,
/// over the limit of the cache, broken) the last blocks are kept in memory. Thread-safe.
class BlockStore {
public:
    /// Blocks kept without a disk.
    static constexpr std::size_t kMemoryBlocks = 2048;

    /// The map of the last time is on disk, or still on its way there.
    BlockStore(BlockCache& cache, Inode inode, const std::string* unwritten_map);
    ~BlockStore();
    BlockStore(const BlockStore&) = delete;
    BlockStore& operator=(const BlockStore&) = delete;

    [[nodiscard]] std::uint64_t first_missing(std::uint64_t begin, std::uint64_t end) const;
    [[nodiscard]] std::uint64_t first_present(std::uint64_t begin, std::uint64_t end) const;

    /// Whole blocks, from the boundary `offset` on; the last may be the short one at the end.
    void put(std::uint64_t offset, std::string_view bytes);
    /// False when they are not (or no longer) all there.
    [[nodiscard]] bool read(std::uint64_t offset, std::span<char> into);

    struct OnDisk {
        /// The file to read them from at the same offset; null when they are not all on disk.
        std::shared_ptr<CacheDescriptor> data;
        std::uint64_t missing; ///< the first byte that is not there; up to `look` behind them
    };

    /// `before_waiting` is called when it has to wait for a write: a disk may be slow.
    [[nodiscard]] OnDisk on_disk(std::uint64_t offset, std::uint64_t size, std::uint64_t look,
        const std::function<void()>& before_waiting) const;

    [[nodiscard]] FileFacts facts() const;
    void set_facts(FileFacts facts);
    /// Forgets all: the origin has another file now.
    void clear();

private:
    friend class BlockCache;
    static constexpr std::size_t kMaxMapBytes = std::size_t{16} << 20;
    static constexpr std::uint64_t kQuota = std::uint64_t{8} << 20;
    static constexpr std::uint64_t kFlushBytes = std::uint64_t{32} << 20;
    static constexpr std::chrono::seconds kFlushAge{5};

    void load(std::string_view map);
    [[nodiscard]] bool begin_file();
    [[nodiscard]] bool write_to_disk(std::uint64_t offset, std::string_view bytes);
    void keep_in_memory(std::uint64_t offset, std::string_view bytes);
    void mark(std::uint64_t offset, std::uint64_t bytes);
    void note_trouble(std::string_view doing, int error);
    void request_flush();
    [[nodiscard]] std::string map_text() const;

    BlockCache& cache_;
    const Inode inode_;
    mutable std::mutex mutex_;
    BlockMap map_; ///< of all that is there
    FileFacts facts_;
    std::shared_ptr<CacheDescriptor> data_; ///< null: nothing on disk
    std::filesystem::path data_path_;
    std::map<std::uint64_t, std::string> memory_; ///< by block
    std::deque<std::uint64_t> memory_order_;      ///< the oldest first
    std::uint64_t quota_ = 0;                     ///< bytes that may be written without asking
    std::uint64_t unflushed_ = 0;
    ByteRange written_; ///< since the last flush
    ByteRange flushed_; ///< by that one
    std::chrono::steady_clock::time_point flushed_at_{};
    bool told_trouble_ = false;
};

} // namespace plex_tuner::vodfs
