// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/run_on.hpp>

#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

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

    /// Runs `work()` there; see net::run_on().
    template <class Work>
    [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
        return net::run_on(pool_.get_executor(), std::move(work));
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
