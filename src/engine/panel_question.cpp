// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel_question.hpp"

#include <utility>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 20;
constexpr int kForbidden = 403;
constexpr int kTooMany = 429;
constexpr int kFirstServerError = 500;

} // namespace

asio::awaitable<PanelAnswer> ask_panel(fetch::Client& client, Url url, fetch::Limits limits) {
    fetch::Request request(std::move(url));
    request.limits = limits;
    auto answer = co_await client.get(std::move(request), kMaxAnswerBytes);
    if (!answer) {
        const ErrorCode code = answer.error().code();
        PanelAnswer none{.body = fail(std::move(answer).error()), .verdict = {}};
        none.verdict.network_error = code == ErrorCode::network || code == ErrorCode::timeout;
        co_return none;
    }
    const int status = answer->head.status;
    const bool well = status < kFirstServerError && status != kForbidden && status != kTooMany;
    fetch::RequestOutcome verdict = fetch::outcome_of(answer->head);
    if (status != 200) {
        co_return PanelAnswer{
            .body = fail(Error::from_http_status(status, "status " + std::to_string(status))),
            .verdict = verdict,
            .well = well};
    }
    co_return PanelAnswer{.body = std::move(answer->body), .verdict = verdict, .well = well};
}

} // namespace plex_tuner::engine
