// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// The one thread for parsing and writing (design.md): long work runs there, in order, and never on
/// an io thread.
class BuildThread {
public:
    BuildThread() : pool_(1) {}

    ~BuildThread() { pool_.join(); }

    BuildThread(const BuildThread&) = delete;
    BuildThread& operator=(const BuildThread&) = delete;

    /// Runs `work()` there; the awaiting coroutine goes on where it was. `work` runs to its end
    /// even when the waiter is cancelled, so it must own what it uses.
    template <class Work>
    [[nodiscard]] asio::awaitable<std::invoke_result_t<Work>> run(Work work) {
        co_return co_await asio::co_spawn(
            pool_,
            [work = std::move(work)]() mutable -> asio::awaitable<std::invoke_result_t<Work>> {
                co_return work();
            },
            // No cancellation: Asio 1.81 hands it to the pool in memory of the waiter, who may be
            // gone by the time the pool looks.
            asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
    }

    /// Runs `work()` there, later; nobody waits for it.
    template <class Work>
    void post(Work work) {
        asio::post(pool_, std::move(work));
    }

private:
    asio::thread_pool pool_;
};

} // namespace plex_tuner::engine
