// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace plex_tuner::fleet {

/// The way from all children to one descriptor. Whoever reads there may stop reading (a terminal on
/// hold, a full pipe): lines then wait here up to a limit and are left out beyond it, so that
/// neither the supervisor nor a child ever waits for a log. Thread-safe.
class OutputQueue {
public:
    static constexpr std::size_t kMaxWaiting = std::size_t{4} << 20; ///< bytes

    /// Writes to `descriptor`, and events of sink() to `events`, in one order, on a thread of its
    /// own.
    OutputQueue(
        int descriptor, std::shared_ptr<log::Sink> events, std::size_t max_waiting = kMaxWaiting);
    ~OutputQueue(); ///< finish(1 s)
    OutputQueue(const OutputQueue&) = delete;
    OutputQueue& operator=(const OutputQueue&) = delete;

    /// A line with its end.
    void write(std::string line);

    /// For the supervisor's own log.
    [[nodiscard]] std::shared_ptr<log::Sink> sink() const;

    /// Lines that were left out so far.
    [[nodiscard]] std::uint64_t dropped() const;

    /// Waits until all is written, but not for ever; nothing is taken any more.
    void finish(std::chrono::milliseconds limit);

private:
    class Core;
    class QueuedSink;

    std::shared_ptr<Core> core_; ///< the thread's, too: it may be stuck when this goes
};

} // namespace plex_tuner::fleet
