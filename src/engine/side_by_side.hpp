// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// Runs `work(0)` to `work(count - 1)` on the caller's executor and waits for all of them, whatever
/// becomes of each. A cancellation of the caller reaches them all.
template <class Work>
[[nodiscard]] asio::awaitable<void> side_by_side(std::size_t count, Work work) {
    if (count == 0) {
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    using Operation = decltype(asio::co_spawn(executor, work(std::size_t{0}), asio::deferred));
    std::vector<Operation> operations;
    operations.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        operations.push_back(asio::co_spawn(executor, work(i), asio::deferred));
    }
    co_await asio::experimental::make_parallel_group(std::move(operations))
        .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
}

} // namespace plex_tuner::engine
