// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel_question.hpp"

#include <utility>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 20;
constexpr int kForbidden = 403;
constexpr int kTooMany = 429;
constexpr int kFirstServerError = 500;

bool is_well(const Result<fetch::Response>& answer) {
    return answer && answer->head.status < kFirstServerError && answer->head.status != kForbidden &&
           answer->head.status != kTooMany;
}

PanelAnswer read_answer(Result<fetch::Response> answer) {
    if (!answer) {
        const ErrorCode code = answer.error().code();
        PanelAnswer none{.body = fail(std::move(answer).error()), .verdict = {}};
        none.verdict.network_error = code == ErrorCode::network || code == ErrorCode::timeout;
        return none;
    }
    const int status = answer->head.status;
    const bool well = is_well(answer);
    fetch::RequestOutcome verdict = fetch::outcome_of(answer->head);
    if (status != 200) {
        return {.body = fail(Error::from_http_status(status, "status " + std::to_string(status))),
            .verdict = verdict,
            .well = well};
    }
    return {.body = std::move(answer->body), .verdict = verdict, .well = well};
}

fetch::Request question(Url url, const fetch::Limits& limits) {
    fetch::Request request(std::move(url));
    request.limits = limits;
    return request;
}

} // namespace

asio::awaitable<std::vector<PanelAnswer>> ask_panel_in_turn(
    fetch::Client& client, std::vector<Url> urls, fetch::Limits limits) {
    std::vector<fetch::Request> requests;
    requests.reserve(urls.size());
    for (Url& url : urls) {
        requests.push_back(question(std::move(url), limits));
    }
    auto answers = co_await client.get_in_turn(
        std::move(requests), {.max_bytes = kMaxAnswerBytes, .go_on = &is_well});
    std::vector<PanelAnswer> read;
    read.reserve(answers.size());
    for (Result<fetch::Response>& answer : answers) {
        read.push_back(read_answer(std::move(answer)));
    }
    co_return read;
}

asio::awaitable<PanelAnswer> ask_panel(fetch::Client& client, Url url, fetch::Limits limits) {
    co_return read_answer(co_await client.get(question(std::move(url), limits), kMaxAnswerBytes));
}

} // namespace plex_tuner::engine
