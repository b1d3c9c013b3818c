// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/media.hpp"

#include <plex_tuner/media/media_worker.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::testing {

/// A MediaWorker whose events run in the test's own thread.
class WorkerBench {
public:
    explicit WorkerBench(const std::string& mode = "worker", media::WorkerOptions options = {}) {
        options.command = {PT_REMUX_TEST_HELPER};
        for (std::size_t at = 0; at < mode.size();) { // and its arguments
            const std::size_t end = std::min(mode.find(' ', at), mode.size());
            options.command.push_back(mode.substr(at, end - at));
            at = end + 1;
        }
        worker_.emplace(io_.get_executor(), std::move(options), [] {});
    }

    /// Waits until `condition` holds.
    template <class Condition>
    [[nodiscard]] bool run_until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!condition() && std::chrono::steady_clock::now() < end) {
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(100));
        }
        return condition();
    }

    /// Does a job to its end.
    [[nodiscard]] Result<media::JobResult> run(
        const media::Job& job, const std::vector<std::string>& input) {
        worker_->begin(job);
        for (const std::string& part : input) {
            worker_->feed(part);
        }
        worker_->finish();
        return outcome();
    }

    [[nodiscard]] Result<media::JobResult> outcome() {
        if (!run_until([&] { return worker_->outcome().has_value(); })) {
            return fail(ErrorCode::internal, "the test waited in vain");
        }
        output_ = worker_->take_output();
        return *worker_->outcome();
    }

    /// Of the job that ran last.
    [[nodiscard]] const std::string& output() const { return output_; }

    media::MediaWorker& worker() { return *worker_; }

    void destroy_worker() { worker_.reset(); }

private:
    boost::asio::io_context io_;
    std::optional<media::MediaWorker> worker_;
    std::string output_;
};

} // namespace plex_tuner::testing
