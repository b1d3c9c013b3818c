// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/io_runtime.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

/// Whether a read of [offset, offset + length) of an open regular file waits for no disk, as far as
/// the kernel tells without reading: one byte of each part that it reads at once is looked at.
/// False where it does not tell (file systems of the network and of FUSE). Never waits itself.
[[nodiscard]] bool is_in_memory(
    int descriptor, std::uint64_t offset, std::uint64_t length) noexcept;

/// A thread ("disk") that waits for a disk, which may take seconds to spin up, in place of one that
/// carries streams. It starts with the first work. Thread-safe; destroying it waits for the work
/// under way.
class DiskThread {
public:
    /// Runs `work`, which owns what it uses and does not throw, and gives its result (one that can
    /// be default-constructed); the coroutine goes on on its own executor. The wait cannot be ended
    /// early.
    template <class Work>
    [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
        co_return co_await asio::co_spawn(
            executor(), on_thread(std::move(work)), asio::use_awaitable);
    }

private:
    using Executor = asio::thread_pool::executor_type;

    template <class Work>
    [[nodiscard]] static asio::awaitable<std::invoke_result_t<Work&>, Executor> on_thread(
        Work work) {
        co_return work();
    }

    [[nodiscard]] Executor executor();

    std::mutex mutex_;
    std::optional<asio::thread_pool> thread_;
};

} // namespace plex_tuner::net
