// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "body_pipe.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <memory>
#include <vector>

namespace plex_tuner::fetch {

class FetchCore;

/// Requests one behind the other on the fetch thread, for a coroutine of another one. Waking a
/// thread for each answer, and the fetch thread for each question, costs more than the request.
class RequestTurn : public std::enable_shared_from_this<RequestTurn> {
public:
    using Answers = std::vector<Result<Response>>;

    RequestTurn(const std::shared_ptr<FetchCore>& core, std::vector<Request> requests, InTurn how);

    /// Used once.
    [[nodiscard]] static asio::awaitable<Answers> run(std::shared_ptr<RequestTurn> self);

private:
    class Abandoned;
    class Ending;

    void begin(FetchCore& core);
    [[nodiscard]] asio::awaitable<void> ask(FetchCore& core);
    void abandon();

    const std::weak_ptr<FetchCore> core_;
    const std::shared_ptr<BodyPipe> done_; ///< has no body: its end is what is waited for

    // Fetch thread, until done_ has ended.
    std::vector<Request> requests_;
    InTurn how_;
    Answers answers_;
    Transfer* running_ = nullptr;
    bool abandoned_ = false;
};

} // namespace plex_tuner::fetch
