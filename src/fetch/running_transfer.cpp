// SPDX-License-Identifier: GPL-3.0-or-later
#include "running_transfer.hpp"

#include "fetch_core.hpp"
#include "transfer_job.hpp"

#include <utility>

namespace plex_tuner::fetch {

std::unique_ptr<Transfer> RunningTransfer::start(
    const std::shared_ptr<FetchCore>& core, Request request) {
    auto job = std::make_shared<TransferJob>(*core, std::move(request));
    const std::weak_ptr<TransferJob> weak_job = job;
    const std::weak_ptr<FetchCore> weak_core = core;
    auto pipe = std::make_shared<BodyPipe>([weak_core, weak_job] {
        if (const auto alive = weak_core.lock()) {
            alive->resume(weak_job);
        }
    });
    job->connect(pipe);
    core->submit(std::move(job));
    return std::make_unique<RunningTransfer>(weak_core, std::move(pipe), weak_job);
}

RunningTransfer::RunningTransfer(
    std::weak_ptr<FetchCore> core, std::shared_ptr<BodyPipe> pipe, std::weak_ptr<TransferJob> job)
    : core_(std::move(core)), pipe_(std::move(pipe)), job_(std::move(job)) {}

RunningTransfer::~RunningTransfer() {
    cancel_now();
}

void RunningTransfer::gather() noexcept {
    if (const auto core = core_.lock()) {
        core->gather(job_);
    }
}

void RunningTransfer::cancel_now() noexcept {
    if (!pipe_->finished()) {
        if (const auto core = core_.lock()) {
            core->cancel(job_);
        }
    }
    pipe_->cancel();
}

asio::awaitable<Result<Response>> collect(
    std::unique_ptr<Transfer> transfer, Url url, std::size_t max_bytes) {
    auto head = co_await transfer->head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    Response response{std::move(*head), {}};
    for (;;) {
        auto bytes = co_await transfer->read();
        if (!bytes) {
            co_return fail(std::move(bytes).error());
        }
        if (bytes->empty()) {
            co_return response;
        }
        if (bytes->size() > max_bytes - response.body.size()) {
            co_return fail(ErrorCode::too_large, "the answer of " + url.redacted() +
                                                     " exceeds the limit of " +
                                                     std::to_string(max_bytes) + " bytes");
        }
        if (response.body.empty()) {
            response.body = std::move(*bytes);
        } else {
            response.body.append(*bytes);
        }
    }
}

} // namespace plex_tuner::fetch
