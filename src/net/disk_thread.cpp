// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/disk_thread.hpp>

#include <algorithm>

#include <sys/uio.h>

namespace plex_tuner::net {

namespace {

/// What the kernel reads ahead of a sequential reader, unless told otherwise.
constexpr std::uint64_t kReadAhead = std::uint64_t{128} * 1024;

bool has_byte_in_memory(int descriptor, std::uint64_t offset) noexcept {
    char byte = 0;
    const iovec place{.iov_base = &byte, .iov_len = 1};
    // At the end of the file it reads nothing, and waits for nothing either.
    return ::preadv2(descriptor, &place, 1, static_cast<off_t>(offset), RWF_NOWAIT) >= 0;
}

} // namespace

bool is_in_memory(int descriptor, std::uint64_t offset, std::uint64_t length) noexcept {
    const std::uint64_t end = offset + length;
    for (std::uint64_t at = offset; at < end; at += kReadAhead) {
        if (!has_byte_in_memory(descriptor, at)) {
            return false;
        }
    }
    return length == 0 || has_byte_in_memory(descriptor, end - 1);
}

DiskThread::Executor DiskThread::executor() {
    const std::lock_guard lock(mutex_);
    if (!thread_) {
        thread_.emplace(1);
        asio::post(*thread_, [] { name_thread("disk"); });
    }
    return thread_->get_executor();
}

} // namespace plex_tuner::net
