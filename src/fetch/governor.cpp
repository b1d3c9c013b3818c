// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_policy.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fetch/content_check.hpp>
#include <plex_tuner/fetch/governor.hpp>

#include <utility>

namespace plex_tuner::fetch {

RequestOutcome outcome_of(const ResponseHead& head) {
    RequestOutcome outcome;
    outcome.status = head.status;
    if (const auto text = head.header("Retry-After")) {
        outcome.retry_after = parse_retry_after(*text, SystemClock().wall());
    }
    outcome.cloudflare = is_from_cloudflare(head.headers);
    return outcome;
}

asio::awaitable<Result<Response>> governed_get(Client& client, Governor& governor, Request request,
    std::size_t max_bytes, std::chrono::milliseconds max_wait) {
    auto permit = co_await governor.acquire(request, max_wait);
    if (!permit) {
        co_return fail(std::move(permit).error());
    }
    auto response = co_await client.get(std::move(request), max_bytes);
    report(**permit, response);
    co_return response;
}

void report(RequestPermit& permit, const Result<Response>& response) {
    if (response) {
        permit.report(outcome_of(response->head));
    } else if (response.error().code() == ErrorCode::network ||
               response.error().code() == ErrorCode::timeout) {
        RequestOutcome outcome;
        outcome.network_error = true;
        permit.report(outcome);
    }
}

} // namespace plex_tuner::fetch
