// SPDX-License-Identifier: GPL-3.0-or-later
#include "background_work.hpp"

#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

BackgroundWork::BackgroundWork(asio::io_context& io)
    : strand_(asio::make_strand(io)), ended_(strand_, asio::steady_timer::time_point::max()) {}

void BackgroundWork::spawn(asio::awaitable<void> loop) {
    ++running_;
    asio::cancellation_signal& cancel = cancels_.emplace_back();
    asio::co_spawn(strand_, std::move(loop),
        asio::bind_cancellation_slot(cancel.slot(), [this](const std::exception_ptr& failure) {
            --running_;
            ended_.cancel();
            if (failure && !stopping_) {
                std::rethrow_exception(failure);
            }
        }));
}

asio::awaitable<void> BackgroundWork::stop(std::function<void()> wake) {
    // No cancellation: Asio 1.81 would hand it to the other thread in memory of the waiter.
    co_await asio::co_spawn(strand_, end(std::move(wake)),
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

asio::awaitable<void> BackgroundWork::end(std::function<void()> wake) {
    stopping_ = true;
    wake();
    for (asio::cancellation_signal& cancel : cancels_) {
        cancel.emit(asio::cancellation_type::terminal);
    }
    while (running_ > 0) {
        co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

} // namespace plex_tuner::engine
