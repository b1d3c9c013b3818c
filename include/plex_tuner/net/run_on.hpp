// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// Runs `work()` on a thread of `executor` and gives its result (one that can be
/// default-constructed); the awaiting coroutine goes on where it was. `work` runs to its end even
/// when the waiter is cancelled, so it must own what it uses.
template <class Executor, class Work>
[[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> run_on(Executor executor, Work work) {
    co_return co_await asio::co_spawn(
        std::move(executor),
        [work = std::move(work)]() mutable -> asio::awaitable<std::invoke_result_t<Work&>> {
            co_return work();
        },
        // No cancellation: Asio 1.81 hands it to the other thread in memory of the waiter, who may
        // be gone by the time that thread looks.
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

} // namespace plex_tuner::net
