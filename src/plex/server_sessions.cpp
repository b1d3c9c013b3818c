// SPDX-License-Identifier: GPL-3.0-or-later
// What is played, and ending it.
#include "read_sessions.hpp"
#include "server_call.hpp"

#include <utility>

namespace plex_tuner::plex {

namespace {

using fetch::Method;

constexpr std::string_view kGrabs = "/media/grabbers/operations";
/// The server pings more often than this.
constexpr std::chrono::seconds kQuiet{90};

/// What an action says beside its status is of no interest.
Result<void> done(const Error* error) {
    if (error == nullptr || error->code() == ErrorCode::parse) {
        return {};
    }
    return fail(*error);
}

} // namespace

asio::awaitable<Result<std::vector<PlaySession>>> Server::sessions() {
    auto answer = co_await ask_patiently({.path = "/status/sessions"});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_sessions(answer->container);
}

asio::awaitable<Result<void>> Server::stop_transcode(std::string id) {
    auto answer = co_await ask({.method = Method::put,
        .path = "/video/:/transcode/universal/stop",
        .query = "session=" + percent::encode(id)});
    co_return done(answer ? nullptr : &answer.error());
}

asio::awaitable<Result<void>> Server::terminate_session(std::string id, std::string reason) {
    Call call{.path = "/status/sessions/terminate",
        .query = "sessionId=" + percent::encode(id) + "&reason=" + percent::encode(reason)};
    auto answer = co_await ask(call);
    // Servers take GET; POST is what descriptions say.
    const auto status = answer ? std::nullopt : answer.error().http_status();
    if (status == 404 || status == 405) {
        call.method = Method::post;
        answer = co_await ask(std::move(call));
    }
    if (!answer && answer.error().http_status() == 401) {
        co_return fail(Error::from_http_status(401,
            "Plex ends sessions for owners with a Plex Pass only (or does not take the token)"));
    }
    co_return done(answer ? nullptr : &answer.error());
}

asio::awaitable<Result<std::vector<GrabOperation>>> Server::grabs() {
    auto answer = co_await ask_patiently(
        {.path = "/media/subscriptions", .query = "includeGrabs=1", .may_be_missing = true});
    if (!answer && answer.error().http_status() == 404) {
        answer = co_await ask_patiently({.path = std::string(kGrabs), .may_be_missing = true});
    }
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_grabs(answer->container);
}

asio::awaitable<Result<void>> Server::release_grab(std::string id) {
    co_return co_await remove(path_of(kGrabs, id));
}

asio::awaitable<Result<EventStream>> Server::events() {
    const std::string what = "Plex: GET /:/eventsource/notifications";
    auto request = request_for({.path = "/:/eventsource/notifications"}, what);
    if (!request) {
        co_return std::unexpected(std::move(request).error());
    }
    std::erase_if(request->headers, [](const auto& header) { return header.first == "Accept"; });
    request->headers.emplace_back("Accept", "text/event-stream");
    request->accept_compressed = false; // events come one by one
    request->limits.total = {};
    request->limits.stall = kQuiet;
    auto transfer = client_.start(std::move(*request));
    const auto head = co_await transfer->head();
    if (!head) {
        co_return fail(head.error().with_context(what));
    }
    if (head->status != 200) {
        co_return fail(Error::from_http_status(
            head->status, what + ": status " + std::to_string(head->status)));
    }
    co_return EventStream(std::move(transfer));
}

} // namespace plex_tuner::plex
