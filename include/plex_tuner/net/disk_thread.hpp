// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/run_on.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>

namespace plex_tuner::net {

/// Whether a read of [offset, offset + length) of an open regular file waits for no disk, as far as
/// the kernel tells without reading: one byte of each part that it reads at once is looked at.
/// False where it does not tell (file systems of the network and of FUSE). Never waits itself.
[[nodiscard]] bool is_in_memory(
    int descriptor, std::uint64_t offset, std::uint64_t length) noexcept;

/// A thread ("disk") that waits for a disk, which may take seconds to spin up, in place of one that
/// carries streams. One for each execution context, which owns it: it starts with the first work,
/// and the end of the context waits for the work under way. Used through on_disk(). Thread-safe.
class DiskThread final : public asio::execution_context::service {
public:
    using key_type = DiskThread;
    static inline asio::execution_context::id id; ///< how Asio finds it in a context

    explicit DiskThread(asio::execution_context& context)
        : asio::execution_context::service(context) {}

    /// Nothing when the system gives no thread, or the context is at its end.
    [[nodiscard]] std::optional<asio::thread_pool::executor_type> executor();

private:
    void shutdown() override;

    std::mutex mutex_;
    std::optional<asio::thread_pool> thread_;
    bool is_over_ = false;
};

/// Runs `work` on the disk thread of the coroutine's context; see run_on(). Where there is none to
/// be had it runs at once, here.
template <class Work>
[[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> on_disk(Work work) {
    const asio::any_io_executor here = co_await asio::this_coro::executor;
    auto& context = asio::query(here, asio::execution::context);
    if (auto there = asio::use_service<DiskThread>(context).executor()) {
        co_return co_await run_on(std::move(*there), std::move(work));
    }
    co_return work();
}

} // namespace plex_tuner::net
