// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/media_worker.hpp>

#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace plex_tuner::gateway {

/// Finds out, before a viewer does, whether transcoders run here at all: a worker is given a stream
/// in which there is nothing, and must say so. Thread-safe.
class WorkerCheck : public std::enable_shared_from_this<WorkerCheck> {
public:
    WorkerCheck(
        boost::asio::any_io_executor strand, media::WorkerOptions options, log::Logger logger);

    /// Begins it, unless it has begun. What it finds is logged if it is bad.
    void start();

    /// Why none runs; empty: it is not known yet, or they run.
    [[nodiscard]] std::string problem() const;

private:
    void begin();
    void look();

    boost::asio::any_io_executor strand_;
    media::WorkerOptions options_;
    log::Logger logger_;
    std::unique_ptr<media::MediaWorker> worker_; ///< while it runs; on the strand
    mutable std::mutex mutex_;
    bool begun_ = false;
    std::string problem_;
};

} // namespace plex_tuner::gateway
