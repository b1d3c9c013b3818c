// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <algorithm>
#include <chrono>
#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::plex {

namespace asio = boost::asio;

struct Patience {
    std::chrono::milliseconds whole;            ///< for all attempts together
    std::chrono::milliseconds first_pause;      ///< doubles up to 16-fold
    std::function<void(const Error&)> on_pause; ///< before each; may be empty
};

/// Asks until it is answered, until an error will not pass, or until patience is at an end.
template <class T>
[[nodiscard]] asio::awaitable<Result<T>> ask_until_answered(
    std::function<asio::awaitable<Result<T>>()> ask, std::function<bool(const Error&)> may_pass,
    Patience patience) {
    using SteadyClock = std::chrono::steady_clock;
    constexpr int kMaxPauseGrowth = 16;
    const auto end = SteadyClock::now() + patience.whole;
    std::chrono::milliseconds wait = patience.first_pause;
    while (true) {
        auto answer = co_await ask();
        if (answer || !may_pass(answer.error()) || SteadyClock::now() + wait > end) {
            co_return answer;
        }
        if (patience.on_pause) {
            patience.on_pause(answer.error());
        }
        asio::steady_timer timer(co_await asio::this_coro::executor, wait);
        co_await timer.async_wait(asio::use_awaitable);
        wait = std::min(wait * 2, patience.first_pause * kMaxPauseGrowth);
    }
}

} // namespace plex_tuner::plex
