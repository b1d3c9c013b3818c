// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

/// The coroutine goes on in that executor's context until its next wait ends.
[[nodiscard]] inline asio::awaitable<void> hop_to(asio::any_io_executor executor) {
    co_await asio::dispatch(asio::bind_executor(executor, asio::use_awaitable));
}

} // namespace plex_tuner::gateway
