// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_pipe.hpp"
#include "fetch_core.hpp"
#include "transfer_job.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <stdexcept>
#include <utility>

namespace plex_tuner::fetch {

namespace {

class RunningTransfer final : public Transfer {
public:
    RunningTransfer(std::shared_ptr<FetchCore> core, std::shared_ptr<BodyPipe> pipe,
        std::weak_ptr<TransferJob> job)
        : core_(std::move(core)), pipe_(std::move(pipe)), job_(std::move(job)) {}

    ~RunningTransfer() override { cancel_now(); }

    RunningTransfer(const RunningTransfer&) = delete;
    RunningTransfer& operator=(const RunningTransfer&) = delete;

    // The coroutines own the pipe, so this object may be destroyed while one waits.
    asio::awaitable<Result<ResponseHead>> head() override { return BodyPipe::head(pipe_); }

    asio::awaitable<Result<std::string>> read() override { return BodyPipe::read(pipe_); }

    void cancel() noexcept override { cancel_now(); }

    void gather() noexcept override { core_->gather(job_); }

private:
    void cancel_now() noexcept {
        if (!pipe_->finished()) {
            core_->cancel(job_);
        }
        pipe_->cancel();
    }

    std::shared_ptr<FetchCore> core_;
    std::shared_ptr<BodyPipe> pipe_;
    std::weak_ptr<TransferJob> job_;
};

asio::awaitable<Result<Response>> collect(
    std::unique_ptr<Transfer> transfer, std::string url, std::size_t max_bytes) {
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
            co_return fail(ErrorCode::too_large, "the answer of " + url + " exceeds the limit of " +
                                                     std::to_string(max_bytes) + " bytes");
        }
        response.body.append(*bytes);
    }
}

class CurlClient final : public Client {
public:
    CurlClient(ClientOptions options, log::Logger logger)
        : core_(std::make_shared<FetchCore>(std::move(options), std::move(logger))) {}

    ~CurlClient() override { core_->shut_down(); }

    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    [[nodiscard]] Result<void> start_thread() { return core_->start_thread(); }

    std::unique_ptr<Transfer> start(Request request) override {
        auto job = std::make_shared<TransferJob>(*core_, std::move(request));
        const std::weak_ptr<TransferJob> weak_job = job;
        auto pipe = std::make_shared<BodyPipe>([core = std::weak_ptr(core_), weak_job] {
            if (const auto alive = core.lock()) {
                alive->resume(weak_job);
            }
        });
        job->connect(pipe);
        core_->submit(std::move(job));
        return std::make_unique<RunningTransfer>(core_, std::move(pipe), weak_job);
    }

    asio::awaitable<Result<Response>> get(Request request, std::size_t max_bytes) override {
        std::string url = request.url.redacted();
        return collect(start(std::move(request)), std::move(url), max_bytes);
    }

private:
    std::shared_ptr<FetchCore> core_;
};

} // namespace

std::unique_ptr<Client> Client::create(ClientOptions options, log::Logger logger) {
    auto client = std::make_unique<CurlClient>(std::move(options), std::move(logger));
    if (auto started = client->start_thread(); !started) {
        throw std::runtime_error(started.error().message());
    }
    return client;
}

} // namespace plex_tuner::fetch
