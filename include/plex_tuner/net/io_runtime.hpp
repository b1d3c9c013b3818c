// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>

#include <functional>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// The process's io threads: one io_context run by min(4, cores) threads named io-0, io-1, ….
/// An exception that escapes a handler is a bug of ours: it is logged and the process aborts.
/// The threads block SIGPIPE; a child process started from one should reset its signal mask.
/// finish(), stop() and join() may be called from any thread but the io threads join().
class IoRuntime {
public:
    explicit IoRuntime(log::Logger logger, unsigned threads = 0);
    ~IoRuntime(); ///< stop() and join()
    IoRuntime(const IoRuntime&) = delete;
    IoRuntime& operator=(const IoRuntime&) = delete;

    [[nodiscard]] asio::io_context& context() noexcept { return context_; }

    void start(); ///< once
    /// Lets run() return once nothing is left to do; join() waits for it.
    void finish();
    void stop();
    void join();

private:
    log::Logger logger_;
    unsigned thread_count_;
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::vector<std::thread> threads_;
};

/// Names the calling thread for debuggers and /proc (at most 15 bytes).
void name_thread(const std::string& name) noexcept;

} // namespace plex_tuner::net
