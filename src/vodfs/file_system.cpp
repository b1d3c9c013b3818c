// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_system.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

namespace {

/// What the kernel knows it is told to forget when it changes: it need not ask.
constexpr double kForgetAfter = 24.0 * 3600;
constexpr std::uint64_t kStatBlock = 512;
constexpr blksize_t kBlockSize = 128 * 1024;
constexpr unsigned kMaxName = 255;
/// Of one answer.
constexpr std::size_t kMaxListing = std::size_t{128} * 1024;
/// Names asked for one by one in a large directory, after which it is taken to be walked through.
constexpr unsigned kWalked = 64;

/// A read that has not been answered. The kernel may want to end it at any moment.
struct PendingRead {
    std::shared_ptr<Asset> asset;
    Asset::ReadId id = 0;
    std::mutex mutex;
    bool interrupted = false;
};

void interrupt(fuse_req_t /*request*/, void* data) noexcept {
    auto& pending = *static_cast<PendingRead*>(data);
    const std::scoped_lock lock(pending.mutex);
    pending.interrupted = true;
    if (pending.id != 0) {
        pending.asset->cancel(pending.id);
    }
}

void reply_read(fuse_req_t request, const Result<std::string>& bytes) {
    if (bytes) {
        fuse_reply_buf(request, bytes->data(), bytes->size());
        return;
    }
    fuse_reply_err(request, bytes.error().code() == ErrorCode::cancelled ? EINTR : EIO);
}

} // namespace

FileSystem::FileSystem(
    AssetTable& assets, SizeBook& sizes, MountCounters& counters, log::Logger logger)
    : user_(::getuid()), group_(::getgid()), assets_(assets), sizes_(sizes), counters_(counters),
      logger_(std::move(logger)) {}

std::size_t FileSystem::files_open() const {
    const std::scoped_lock lock(mutex_);
    return open_.size();
}

std::shared_ptr<const Tree> FileSystem::tree() const {
    const std::scoped_lock lock(mutex_);
    return tree_;
}

std::shared_ptr<const Tree> FileSystem::exchange(std::shared_ptr<const Tree> tree) {
    const std::scoped_lock lock(mutex_);
    return std::exchange(tree_, std::move(tree));
}

struct stat FileSystem::stat_of(const NodeInfo& info) const {
    struct stat status{};
    status.st_ino = info.inode;
    status.st_nlink = info.links;
    status.st_uid = user_;
    status.st_gid = group_;
    status.st_blksize = kBlockSize;
    const time_t time = info.time.time_since_epoch().count();
    status.st_mtim.tv_sec = time;
    status.st_ctim.tv_sec = time;
    status.st_atim.tv_sec = time;
    if (info.is_directory) {
        status.st_mode = S_IFDIR | 0555;
        return status;
    }
    const std::uint64_t size = sizes_.find(info.inode).value_or(SizeBook::kPlaceholder);
    status.st_mode = S_IFREG | 0444;
    status.st_size = static_cast<off_t>(size);
    status.st_blocks = static_cast<blkcnt_t>((size + kStatBlock - 1) / kStatBlock);
    return status;
}

fuse_entry_param FileSystem::entry_of(const NodeInfo& info) const {
    fuse_entry_param entry{};
    entry.ino = info.inode;
    entry.generation = 1;
    entry.attr = stat_of(info);
    entry.attr_timeout = kForgetAfter;
    entry.entry_timeout = kForgetAfter;
    return entry;
}

OpenFile* FileSystem::keep(std::unique_ptr<OpenFile> file) {
    const std::scoped_lock lock(mutex_);
    OpenFile* const kept = file.get();
    open_.emplace(kept, std::move(file));
    return kept;
}

void FileSystem::close(OpenFile* file) {
    std::unique_ptr<OpenFile> closed; // goes without the lock: what was read is written then
    const std::scoped_lock lock(mutex_);
    if (const auto found = open_.find(file); found != open_.end()) {
        closed = std::move(found->second);
        open_.erase(found);
    }
}

void FileSystem::lookup(fuse_req_t request, Inode directory, std::string_view name) {
    const auto snapshot = tree();
    if (!snapshot->find(directory)) {
        fuse_reply_err(request, ESTALE);
        return;
    }
    if (std::atomic<unsigned>* const asked = names_asked(directory)) {
        asked->fetch_add(1, std::memory_order_relaxed);
    }
    const auto info = snapshot->child(directory, name);
    fuse_entry_param entry{};
    if (info) {
        entry = entry_of(*info);
    } else {
        entry.entry_timeout = kForgetAfter; // of the fact that it is not there
    }
    fuse_reply_entry(request, &entry);
}

void FileSystem::getattr(fuse_req_t request, Inode inode, const OpenFile* file) {
    auto info = tree()->find(inode);
    if (!info && file != nullptr) {
        info = file->info;
    }
    if (!info) {
        fuse_reply_err(request, ESTALE);
        return;
    }
    const struct stat status = stat_of(*info);
    fuse_reply_attr(request, &status, kForgetAfter);
}

std::atomic<unsigned>* FileSystem::names_asked(Inode directory) {
    return directory == kMoviesInode ? &films_asked_
           : directory == kTvInode   ? &shows_asked_
                                     : nullptr;
}

/// Entries with what stat says of them save a question for each, which is half of what a walk
/// costs; of somebody who wants the names only they cost four times as much. Who reads a small
/// directory goes on to what is in it; of a large one it shows when names of it are asked for.
bool FileSystem::tells_all(Inode directory) {
    const std::atomic<unsigned>* const asked = names_asked(directory);
    return asked == nullptr || asked->load(std::memory_order_relaxed) >= kWalked;
}

void FileSystem::readdir(
    fuse_req_t request, Inode directory, std::size_t size, off_t offset, bool plus) {
    const auto snapshot = tree();
    const auto self = snapshot->find(directory);
    if (!self) {
        fuse_reply_err(request, ESTALE);
        return;
    }
    size = std::min(size, kMaxListing);
    std::array<char, kMaxListing> buffer; // NOLINT(*-member-init): a film's fills a hundred bytes
    const bool with_nodes = plus && tells_all(directory);
    std::size_t used = 0;
    std::string text;
    const auto add = [&](std::string_view name, fuse_entry_param& entry, Inode position) {
        text = name;
        char* const place = buffer.data() + used;
        const std::size_t room = size - used;
        const std::size_t needed = plus ? fuse_add_direntry_plus(request, place, room, text.c_str(),
                                              &entry, static_cast<off_t>(position))
                                        : fuse_add_direntry(request, place, room, text.c_str(),
                                              &entry.attr, static_cast<off_t>(position));
        if (needed > room) {
            return false;
        }
        used += needed;
        return true;
    };
    auto after = static_cast<Inode>(offset);
    const auto add_dots = [&](std::string_view name, Inode inode, Inode position) {
        if (after >= position) {
            return true;
        }
        fuse_entry_param entry{}; // number 0: the kernel is told nothing of it
        entry.attr.st_ino = inode;
        entry.attr.st_mode = S_IFDIR;
        return add(name, entry, position);
    };
    if (add_dots(".", directory, kDotPosition) &&
        add_dots("..", snapshot->parent(directory), kDotDotPosition)) {
        after = std::max(after, kDotDotPosition);
        const bool is_directory = snapshot->list(directory, after, [&](const NamedNode& node) {
            fuse_entry_param entry{};
            if (with_nodes) {
                entry = entry_of(node.info);
            } else { // number 0: see above
                entry.attr.st_ino = node.info.inode;
                entry.attr.st_mode = node.info.is_directory ? S_IFDIR : S_IFREG;
            }
            return add(node.name, entry, node.info.inode);
        });
        if (!is_directory) {
            fuse_reply_err(request, ENOTDIR);
            return;
        }
    }
    fuse_reply_buf(request, buffer.data(), used);
}

void FileSystem::open(fuse_req_t request, Inode inode, const fuse_file_info& info) {
    if ((info.flags & O_ACCMODE) != O_RDONLY || (info.flags & O_TRUNC) != 0) {
        fuse_reply_err(request, EROFS);
        return;
    }
    const auto snapshot = tree();
    const auto node = snapshot->find(inode);
    auto address = snapshot->address(inode);
    if (!node || !address) {
        fuse_reply_err(request, ESTALE);
        return;
    }
    auto file = std::make_unique<OpenFile>();
    file->asset = assets_.open(inode, std::move(*address), sizes_.find(inode));
    file->reader = file->asset->add_reader();
    file->info = *node;
    const auto finish = [this, request, flags = info.flags](OpenFile* ready) {
        fuse_file_info opened{};
        opened.flags = flags;
        opened.fh = reinterpret_cast<std::uint64_t>(ready);
        // Pages stay: when the bytes change the kernel is told. Of a file of unknown size every
        // read comes here, for the kernel would take the placeholder for its end; and of one whose
        // old pages the kernel still holds.
        const bool is_known = ready->asset->size() != 0 && !ready->asset->is_old_in_kernel();
        opened.keep_cache = is_known ? 1 : 0;
        opened.direct_io = is_known ? 0 : 1;
        if (fuse_reply_open(request, &opened) != 0) {
            close(ready); // interrupted: nobody will release it
        }
    };
    OpenFile* const ready = keep(std::move(file));
    if (ready->asset->size() != 0) {
        finish(ready);
        return;
    }
    const std::shared_ptr<Asset> asset = ready->asset;
    ++counters_.reads_waiting;
    asset->learn_size([this, finish, ready] {
        --counters_.reads_waiting;
        finish(ready);
    });
}

void FileSystem::read(
    fuse_req_t request, OpenFile& file, std::size_t size, off_t offset, Turn& turn) {
    const auto begin = static_cast<std::uint64_t>(offset);
    const std::uint64_t known = file.asset->size();
    const std::uint64_t end =
        known != 0 ? std::min<std::uint64_t>(known, begin + size) : begin + size;
    if (known != 0 && begin >= end) {
        // What lies behind the end is asked for when the kernel has an old size.
        fuse_reply_buf(request, nullptr, 0);
        return;
    }
    if (const auto data =
            file.asset->cached(*file.reader, begin, end - begin, [&turn] { turn.pass(); })) {
        struct stat kept{};
        if (::fstat(data->get(), &kept) == 0 && static_cast<std::uint64_t>(kept.st_size) >= end) {
            fuse_bufvec source{};
            source.count = 1;
            source.buf[0].size = static_cast<std::size_t>(end - begin);
            source.buf[0].flags =
                static_cast<fuse_buf_flags>(FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK | FUSE_BUF_FD_RETRY);
            source.buf[0].fd = data->get();
            source.buf[0].pos = offset;
            turn.pass(); // a disk may be slow
            fuse_reply_data(request, &source, static_cast<fuse_buf_copy_flags>(0));
            return;
        }
    }
    auto pending = std::make_shared<PendingRead>();
    pending->asset = file.asset;
    fuse_req_interrupt_func(request, &interrupt, pending.get());
    ++counters_.reads_waiting;
    const auto id = file.asset->read(file.reader, begin, end - begin,
        [request, pending, &counters = counters_](const Result<std::string>& bytes) {
            --counters.reads_waiting;
            if (!bytes && bytes.error().code() != ErrorCode::cancelled) {
                ++counters.reads_failed;
            }
            // Waits for an interrupt that is being handled; none is afterwards.
            fuse_req_interrupt_func(request, nullptr, nullptr);
            reply_read(request, bytes);
        });
    const std::scoped_lock lock(pending->mutex);
    pending->id = id;
    if (pending->interrupted) {
        pending->asset->cancel(id);
    }
}

void FileSystem::release(fuse_req_t request, OpenFile* file) {
    close(file);
    fuse_reply_err(request, 0);
}

void FileSystem::statfs(fuse_req_t request) {
    const TreeCounts& counts = tree()->counts();
    struct statvfs status{};
    status.f_bsize = kBlockSize;
    status.f_frsize = kStatBlock;
    status.f_blocks = sizes_.total() / kStatBlock;
    status.f_files = counts.films + counts.episodes;
    status.f_namemax = kMaxName;
    status.f_flag = ST_RDONLY | ST_NOSUID;
    fuse_reply_statfs(request, &status);
}

} // namespace plex_tuner::vodfs
