// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_store.hpp"

#include "block_cache.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/hash.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

namespace {

constexpr std::string_view kMagic = "plex-tuner vod map 1";
constexpr std::size_t kHashDigits = 16;

/// Takes one line off the front of `text`.
[[nodiscard]] std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

[[nodiscard]] bool read_all(int descriptor, std::uint64_t offset, std::span<char> into) {
    while (!into.empty()) {
        const ssize_t got =
            ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        into = into.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

} // namespace

bool write_all(int descriptor, std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            errno = written == 0 ? ENOSPC : errno;
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return true;
}

CacheDescriptor::~CacheDescriptor() {
    ::close(descriptor_);
}

BlockStore::BlockStore(BlockCache& cache, Inode inode, const std::string* unwritten_map)
    : cache_(cache), inode_(inode) {
    if (unwritten_map != nullptr) {
        load(*unwritten_map);
    } else if (const auto map = read_file(cache_.map_path(inode_), kMaxMapBytes)) {
        load(*map);
    }
}

BlockStore::~BlockStore() {
    if (data_) {
        request_flush();
    }
    cache_.give_back(inode_, quota_);
}

/// Of the last time, if all of it is in order.
void BlockStore::load(std::string_view text) {
    if (text.size() < kHashDigits) {
        return;
    }
    std::string_view rest = text.substr(0, text.size() - kHashDigits);
    if (Fnv1a().add(rest).hex() != text.substr(rest.size()) || take_line(rest) != kMagic) {
        return;
    }
    const std::filesystem::path data = cache_.directory() / std::string(take_line(rest));
    FileFacts facts;
    facts.size = ascii::parse_integer<std::uint64_t>(take_line(rest));
    facts.validator = take_line(rest);
    facts.host = take_line(rest);
    const int descriptor = ::open(data.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return;
    }
    data_ = std::make_shared<CacheDescriptor>(descriptor);
    data_path_ = data;
    facts_ = std::move(facts);
    map_ = BlockMap::unpacked(rest);
    flushed_at_ = std::chrono::steady_clock::now();
}

std::string BlockStore::map_text() const {
    std::string text(kMagic);
    text.append("\n").append(data_path_.filename().string()).append("\n");
    text.append(facts_.size ? std::to_string(*facts_.size) : "").append("\n");
    text.append(facts_.validator).append("\n").append(facts_.host).append("\n");
    BlockMap on_disk = map_;
    for (const auto& [block, bytes] : memory_) {
        on_disk.reset(block);
    }
    text += on_disk.packed();
    return text + Fnv1a().add(text).hex();
}

std::uint64_t BlockStore::first_missing(std::uint64_t begin, std::uint64_t end) const {
    const std::scoped_lock lock(mutex_);
    return map_.first_missing(begin, end);
}

std::uint64_t BlockStore::first_present(std::uint64_t begin, std::uint64_t end) const {
    const std::scoped_lock lock(mutex_);
    return map_.first_present(begin, end);
}

FileFacts BlockStore::facts() const {
    const std::scoped_lock lock(mutex_);
    return facts_;
}

void BlockStore::set_facts(FileFacts facts) {
    const std::scoped_lock lock(mutex_);
    // A line each in the map.
    for (std::string* text : {&facts.validator, &facts.host}) {
        std::erase_if(*text, [](char c) { return c == '\n'; });
    }
    facts_ = std::move(facts);
}

void BlockStore::clear() {
    const std::scoped_lock lock(mutex_);
    cache_.remove_files(inode_, data_path_);
    data_.reset();
    data_path_.clear();
    map_ = {};
    memory_.clear();
    memory_order_.clear();
    facts_ = {};
    unflushed_ = 0;
    written_ = {};
    flushed_ = {};
}

void BlockStore::mark(std::uint64_t offset, std::uint64_t bytes) {
    for (std::uint64_t block = offset / kBlockBytes; block * kBlockBytes < offset + bytes;
        ++block) {
        map_.set(block);
    }
}

void BlockStore::put(std::uint64_t offset, std::string_view bytes) {
    const std::scoped_lock lock(mutex_);
    if (write_to_disk(offset, bytes)) {
        mark(offset, bytes.size());
        unflushed_ += bytes.size();
        const std::uint64_t end = offset + bytes.size();
        written_ = written_.empty()
                       ? ByteRange{offset, end}
                       : ByteRange{std::min(written_.begin, offset), std::max(written_.end, end)};
        const auto now = std::chrono::steady_clock::now();
        if (unflushed_ >= kFlushBytes || now - flushed_at_ >= kFlushAge) {
            request_flush();
            flushed_at_ = now;
            unflushed_ = 0;
        }
        return;
    }
    keep_in_memory(offset, bytes);
}

bool BlockStore::begin_file() {
    if (data_) {
        return true;
    }
    data_path_ = cache_.new_data_path(inode_);
    const int descriptor =
        ::open(data_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        note_trouble("create a file in the cache", errno);
        return false;
    }
    data_ = std::make_shared<CacheDescriptor>(descriptor);
    flushed_at_ = std::chrono::steady_clock::now();
    return true;
}

bool BlockStore::write_to_disk(std::uint64_t offset, std::string_view bytes) {
    if (quota_ < bytes.size()) {
        const std::uint64_t wanted = std::max<std::uint64_t>(kQuota, bytes.size());
        if (!cache_.reserve(inode_, wanted)) {
            note_trouble("keep more", ENOSPC);
            return false;
        }
        quota_ += wanted;
    }
    if (!begin_file()) {
        return false;
    }
    if (!write_all(data_->get(), offset, bytes)) {
        note_trouble("write to the cache", errno);
        return false;
    }
    quota_ -= bytes.size();
    return true;
}

void BlockStore::keep_in_memory(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::uint64_t block = offset / kBlockBytes;
        const std::string_view part = bytes.substr(0, kBlockBytes);
        if (memory_.insert_or_assign(block, std::string(part)).second) {
            memory_order_.push_back(block);
        }
        map_.set(block);
        bytes.remove_prefix(part.size());
        offset += part.size();
    }
    while (memory_order_.size() > kMemoryBlocks) {
        memory_.erase(memory_order_.front());
        map_.reset(memory_order_.front());
        memory_order_.pop_front();
    }
}

void BlockStore::note_trouble(std::string_view doing, int error) {
    if (!std::exchange(told_trouble_, true)) {
        cache_.warn(Error::from_errno(error, std::string("cannot ").append(doing)));
    }
}

bool BlockStore::read(std::uint64_t offset, std::span<char> into) {
    std::shared_ptr<CacheDescriptor> data;
    {
        const std::scoped_lock lock(mutex_);
        const std::uint64_t end = offset + into.size();
        if (map_.first_missing(offset, end) < end) {
            return false;
        }
        data = data_;
        if (!memory_.empty()) {
            // Block by block, some of memory: rare, and never without the lock.
            while (!into.empty()) {
                const std::uint64_t block = offset / kBlockBytes;
                const std::uint64_t within = offset % kBlockBytes;
                const std::size_t part = std::min<std::size_t>(kBlockBytes - within, into.size());
                const auto kept = memory_.find(block);
                if (kept != memory_.end()) {
                    if (kept->second.size() < within + part) {
                        return false;
                    }
                    kept->second.copy(into.data(), part, within);
                } else if (!data || !read_all(data->get(), offset, into.first(part))) {
                    map_.reset(block);
                    return false;
                }
                into = into.subspan(part);
                offset += part;
            }
            return true;
        }
    }
    if (data && read_all(data->get(), offset, into)) {
        return true;
    }
    const std::scoped_lock lock(mutex_);
    // The disk has lost it: it is fetched again.
    for (std::uint64_t block = offset / kBlockBytes; block * kBlockBytes < offset + into.size();
        ++block) {
        map_.reset(block);
    }
    return false;
}

BlockStore::OnDisk BlockStore::on_disk(std::uint64_t offset, std::uint64_t size, std::uint64_t look,
    const std::function<void()>& before_waiting) const {
    std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) {
        before_waiting();
        lock.lock();
    }
    const std::uint64_t missing = map_.first_missing(offset, offset + size + look);
    const bool is_there = memory_.empty() && missing >= offset + size;
    return {.data = is_there ? data_ : nullptr, .missing = missing};
}

void BlockStore::request_flush() {
    // What was written by the flush before has been read by now, and the kernel has it as pages of
    // the film. A second copy would only push out others.
    cache_.flush(inode_, data_, map_text(), std::exchange(flushed_, std::exchange(written_, {})));
}

} // namespace plex_tuner::vodfs
