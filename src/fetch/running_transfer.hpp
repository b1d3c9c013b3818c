// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "body_pipe.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <memory>

namespace plex_tuner::fetch {

class FetchCore;
class TransferJob;

/// The reader's end of a transfer. It does not keep the fetch thread's side alive, so that it may
/// itself be owned by a coroutine there.
class RunningTransfer final : public Transfer {
public:
    /// Begins the transfer. Any thread.
    [[nodiscard]] static std::unique_ptr<Transfer> start(
        const std::shared_ptr<FetchCore>& core, Request request);

    RunningTransfer(std::weak_ptr<FetchCore> core, std::shared_ptr<BodyPipe> pipe,
        std::weak_ptr<TransferJob> job);
    ~RunningTransfer() override;
    RunningTransfer(const RunningTransfer&) = delete;
    RunningTransfer& operator=(const RunningTransfer&) = delete;

    // The coroutines own the pipe, so this object may be destroyed while one waits.
    asio::awaitable<Result<ResponseHead>> head() override { return BodyPipe::head(pipe_); }

    asio::awaitable<Result<std::string>> read() override { return BodyPipe::read(pipe_); }

    void cancel() noexcept override { cancel_now(); }

    void gather() noexcept override;

private:
    void cancel_now() noexcept;

    std::weak_ptr<FetchCore> core_;
    std::shared_ptr<BodyPipe> pipe_;
    std::weak_ptr<TransferJob> job_;
};

/// The head and the whole body of the answer from `url`, at most `max_bytes` of it.
[[nodiscard]] asio::awaitable<Result<Response>> collect(
    std::unique_ptr<Transfer> transfer, Url url, std::size_t max_bytes);

} // namespace plex_tuner::fetch
