// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/disk_thread.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <system_error>

#include <boost/asio/post.hpp>
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

std::optional<asio::thread_pool::executor_type> DiskThread::executor() {
    const std::lock_guard lock(mutex_);
    if (!thread_ && !is_over_) {
        try {
            thread_.emplace(1);
        } catch (const std::system_error&) {
            return std::nullopt; // another time, perhaps
        }
        asio::post(*thread_, [] { name_thread("disk"); });
    }
    return thread_ ? std::optional(thread_->get_executor()) : std::nullopt;
}

/// Before the context's other services end: what the work hands back is still taken, and dropped.
void DiskThread::shutdown() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    if (thread_) {
        thread_->stop();
        thread_->join();
    }
}

} // namespace plex_tuner::net
