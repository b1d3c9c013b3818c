// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/types.h>

namespace plex_tuner::fleet {

namespace asio = boost::asio;

/// Hears of every process that ended below this one: children, and what they leave behind, which
/// becomes this process's (as it does by itself in a container, where this is the first process).
/// One for a process. Confined to its executor.
class ProcessReaper {
public:
    /// `collect` is called with a process that has ended and is not collected yet; it collects it
    /// and returns true, or returns false for one that it does not know.
    ProcessReaper(const asio::any_io_executor& executor, std::function<bool(pid_t)> collect);

    void start();
    void stop();

private:
    void wait();
    void collect_all();

    asio::signal_set signals_;
    std::function<bool(pid_t)> collect_;
};

} // namespace plex_tuner::fleet
