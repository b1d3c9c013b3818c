// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "asset_table.hpp"
#include "fuse_api.hpp"
#include "open_file.hpp"
#include "size_book.hpp"
#include "tree.hpp"
#include "turn.hpp"

#include <plex_tuner/log/logger.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include <sys/types.h>

namespace plex_tuner::vodfs {

/// Answers the kernel's questions. Each operation is called on a thread of the session and answers
/// its request once: at once from memory, or, for opening and reading, when the bytes are there.
class FileSystem {
public:
    FileSystem(AssetTable& assets, SizeBook& sizes, MountCounters& counters, log::Logger logger);

    [[nodiscard]] std::shared_ptr<const Tree> tree() const;
    /// Returns the one it replaces.
    std::shared_ptr<const Tree> exchange(std::shared_ptr<const Tree> tree);
    [[nodiscard]] std::size_t files_open() const;

    void lookup(fuse_req_t request, Inode directory, std::string_view name);
    void getattr(fuse_req_t request, Inode inode, const OpenFile* file);
    void readdir(fuse_req_t request, Inode directory, std::size_t size, off_t offset, bool plus);
    void open(fuse_req_t request, Inode inode, const fuse_file_info& info);
    /// `turn`: of the thread that has the request; passed on where it may take long.
    void read(fuse_req_t request, OpenFile& file, std::size_t size, off_t offset, Turn& turn);
    void release(fuse_req_t request, OpenFile* file);
    void statfs(fuse_req_t request);

private:
    [[nodiscard]] OpenFile* keep(std::unique_ptr<OpenFile> file);
    void close(OpenFile* file);
    [[nodiscard]] struct stat stat_of(const NodeInfo& info) const;
    [[nodiscard]] fuse_entry_param entry_of(const NodeInfo& info) const;

    /// How many names of a large directory were asked for; null: it is a small one.
    [[nodiscard]] std::atomic<unsigned>* names_asked(Inode directory);
    [[nodiscard]] bool tells_all(Inode directory);

    const uid_t user_;
    const gid_t group_;
    std::atomic<unsigned> films_asked_{0};
    std::atomic<unsigned> shows_asked_{0};
    AssetTable& assets_;
    SizeBook& sizes_;
    MountCounters& counters_;
    log::Logger logger_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Tree> tree_;
    /// The kernel does not release what is open when the mount ends.
    std::unordered_map<OpenFile*, std::unique_ptr<OpenFile>> open_;
};

} // namespace plex_tuner::vodfs
