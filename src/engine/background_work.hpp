// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <list>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// Loops that run on one strand until they are stopped, and are waited for then. What they throw in
/// a stop is the wait that was ended; at any other time it is a bug, and goes on to the io_context.
/// Outlives what its loops refer to only if it is stopped first.
class BackgroundWork {
public:
    using Strand = asio::strand<asio::io_context::executor_type>;

    explicit BackgroundWork(asio::io_context& io);

    BackgroundWork(const BackgroundWork&) = delete;
    BackgroundWork& operator=(const BackgroundWork&) = delete;

    [[nodiscard]] const Strand& strand() const noexcept { return strand_; }

    /// On the strand, but for the first.
    void spawn(asio::awaitable<void> loop);

    /// On the strand.
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }

    /// Has the loops end and waits for that; `wake` is called on the strand, to end their timers.
    /// From any executor.
    [[nodiscard]] asio::awaitable<void> stop(std::function<void()> wake);

private:
    [[nodiscard]] asio::awaitable<void> end(std::function<void()> wake);

    Strand strand_;
    asio::steady_timer ended_; ///< cancelled when a loop is over
    std::list<asio::cancellation_signal> cancels_;
    int running_ = 0;
    bool stopping_ = false;
};

} // namespace plex_tuner::engine
