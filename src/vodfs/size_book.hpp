// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inode.hpp"
#include "tree.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/vod_store.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include <boost/asio/thread_pool.hpp>

namespace plex_tuner::vodfs {

/// The sizes of files as far as they are known, in memory and on disk. Thread-safe.
class SizeBook {
public:
    /// What stat says of a file whose size is not known: players skip files of none.
    static constexpr std::uint64_t kPlaceholder = 1;

    [[nodiscard]] static Result<std::unique_ptr<SizeBook>> open(
        const std::filesystem::path& file, log::Logger logger);
    ~SizeBook(); ///< what was learned is on disk then

    [[nodiscard]] std::optional<std::uint64_t> find(Inode inode) const;
    /// True when it is news. 0 is forgotten.
    bool learn(Inode inode, std::uint64_t size);
    /// How many files of a tree have a size that is known.
    [[nodiscard]] std::size_t known_of(const Tree& tree) const;
    /// A file did not tell its size. Remembered for a week.
    void refuse(Inode inode);
    /// Files of a tree whose size is not known and that have not refused to tell it, `limit` at
    /// most.
    [[nodiscard]] std::vector<Inode> unknown_of(const Tree& tree, std::size_t limit) const;
    /// Bytes of all files whose size is known.
    [[nodiscard]] std::uint64_t total() const;

private:
    SizeBook(state::VodStore store, log::Logger logger);
    void write_pending();
    /// With the lock held, before something is added to what is pending.
    void write_soon();

    log::Logger logger_;
    mutable std::mutex mutex_;
    std::unordered_map<Inode, std::uint64_t> sizes_;
    std::uint64_t total_ = 0;
    std::unordered_map<Inode, WallTime> refusals_;
    std::vector<state::VodFact> pending_;
    std::vector<state::VodRefusal> pending_refusals_;
    state::VodStore store_; ///< on the thread only
    bool told_ = false;
    boost::asio::thread_pool thread_{1}; ///< last: its work uses what stands above
};

} // namespace plex_tuner::vodfs
