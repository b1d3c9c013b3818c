// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker_check.hpp"

#include <plex_tuner/media/worker.hpp>

#include <utility>

#include <boost/asio/post.hpp>

namespace plex_tuner::gateway {

WorkerCheck::WorkerCheck(
    boost::asio::any_io_executor strand, media::WorkerOptions options, log::Logger logger)
    : strand_(std::move(strand)), options_(std::move(options)), logger_(std::move(logger)) {}

void WorkerCheck::start() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(begun_, true) || !media::is_available()) {
            return; // that there is none is said of each profile
        }
    }
    boost::asio::post(strand_, [self = shared_from_this()] { self->begin(); });
}

std::string WorkerCheck::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void WorkerCheck::begin() {
    worker_ = std::make_unique<media::MediaWorker>(strand_, options_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->look();
        }
    });
    worker_->begin(*media::find_built_in_profile(""));
    worker_->finish();
    look();
}

void WorkerCheck::look() {
    if (!worker_ || !worker_->outcome()) {
        return;
    }
    const Result<media::JobResult> outcome = *worker_->outcome();
    // Not while it calls us.
    boost::asio::post(strand_, [self = shared_from_this()] { self->worker_.reset(); });
    const ErrorCode code = outcome ? ErrorCode::parse : outcome.error().code();
    if (code == ErrorCode::parse || code == ErrorCode::unsupported) {
        return; // it has looked at what it was given
    }
    const std::string problem = "transcoders do not run on this system (they need a kernel with "
                                "seccomp): " +
                                outcome.error().message();
    logger_.error("transcoding cannot work as configured", {{"problem", problem}});
    const std::lock_guard lock(mutex_);
    problem_ = problem;
}

} // namespace plex_tuner::gateway
