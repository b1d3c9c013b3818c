// SPDX-License-Identifier: GPL-3.0-or-later
#include "client_finder.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using gateway::ViewerProgram;
using std::chrono::milliseconds;

/// A viewer waits for it.
constexpr milliseconds kPatience{2'000};
/// So long an answer may be old; one in which somebody is missing is asked for anew.
constexpr milliseconds kKept{3'000};
/// So long a server that did not answer is not asked again.
constexpr milliseconds kLeftAlone{15'000};

[[nodiscard]] plex::ServerOptions for_viewers(plex::ServerOptions options) {
    options.patience = milliseconds(0);
    options.timeout = std::min(options.timeout, kPatience);
    options.on_pause = nullptr;
    return options;
}

/// The first of them that the request has, as header or in its query.
[[nodiscard]] std::string hint(
    const net::Request& request, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const auto header = request.headers.find(name); header && !header->empty()) {
            return std::string(*header);
        }
        for (const std::string& spelling : {std::string(name), ascii::lower(name)}) {
            if (auto value = request.query_value(spelling); value && !value->empty()) {
                return *std::move(value);
            }
        }
    }
    return {};
}

[[nodiscard]] plex::ClientHints hints_of(const net::Request& request) {
    plex::ClientHints hints{
        .session =
            hint(request, {"X-Plex-Session-Identifier", "session", "sessionId", "session_id"}),
        .client = hint(request, {"X-Plex-Client-Identifier", "X-Plex-Target-Client-Identifier",
                                    "clientIdentifier", "client_id"}),
        .product = hint(request, {"X-Plex-Product"}),
        .platform = hint(request, {"X-Plex-Platform", "X-Plex-Client-Platform"}),
    };
    if (const auto agent = request.headers.find("User-Agent")) {
        hints.user_agent = *agent;
    }
    return hints;
}

[[nodiscard]] std::string_view word_of(ViewerProgram program) {
    switch (program) {
    case ViewerProgram::web:
        return "web";
    case ViewerProgram::other:
        return "other";
    case ViewerProgram::unresolved:
        return "unresolved";
    case ViewerProgram::unknown:
    case ViewerProgram::not_looked_for:
        break;
    }
    return "unknown";
}

} // namespace

ClientFinder::ClientFinder(asio::io_context& io, fetch::Client& client, ClientAdaptOptions options,
    std::shared_ptr<const Clock> clock, log::Logger logger)
    : strand_(asio::make_strand(io)), clock_(std::move(clock)), logger_(std::move(logger)),
      answered_(strand_) {
    if (options.server) {
        server_.emplace(client, for_viewers(*std::move(options.server)));
    } else {
        logger_.info(
            "no Plex server is set (PLEX_TUNER_PMS_URL), so only requests say who watches");
    }
}

asio::awaitable<ViewerProgram> ClientFinder::find(
    const net::Request& request, const lineup::Channel& channel) {
    Wanted wanted{hints_of(request), channel.guide_number, std::string(channel.channel_id)};
    Found found{.client = plex::client_by_hints(wanted.hints)};
    const bool is_asked_for = !found.client && server_ && plex::is_known_to_server(wanted.hints);
    if (is_asked_for) {
        found = co_await asio::co_spawn(strand_, look(std::move(wanted)), asio::use_awaitable);
    }
    const plex::StreamClient client = found.client.value_or(plex::StreamClient{});
    const ViewerProgram program =
        found.client
            ? client.kind == plex::ClientKind::web ? ViewerProgram::web : ViewerProgram::other
        : found.has_answer ? ViewerProgram::unknown
                           : ViewerProgram::unresolved;
    logger_.info("client", {{"request", request.id}, {"channel", channel.guide_number},
                               {"program", word_of(program)}, {"product", client.product},
                               {"platform", client.platform}, {"asked_plex", is_asked_for}});
    co_return program;
}

asio::awaitable<ClientFinder::Found> ClientFinder::look(Wanted wanted) {
    const auto self = shared_from_this();
    const bool is_fresh = has_fresh_answer();
    if (is_fresh && !answer_->sessions) {
        co_return Found{.has_answer = false};
    }
    if (is_fresh) {
        if (auto client = in_answer(wanted)) {
            co_return Found{.client = std::move(client)};
        }
    }
    co_await ask();
    if (!answer_ || !answer_->sessions) {
        co_return Found{.has_answer = false};
    }
    co_return Found{.client = in_answer(wanted)};
}

asio::awaitable<void> ClientFinder::ask() {
    if (is_asking_) {
        co_await answered_.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return;
    }
    is_asking_ = true;
    answered_.expires_at(SteadyTime::max());
    auto sessions = co_await server_->sessions();
    is_asking_ = false;
    tell(sessions);
    answer_ = Answer{clock_->steady(), std::move(sessions)};
    answered_.cancel();
}

bool ClientFinder::has_fresh_answer() const {
    return answer_ && clock_->steady() - answer_->time < (answer_->sessions ? kKept : kLeftAlone);
}

std::optional<plex::StreamClient> ClientFinder::in_answer(const Wanted& wanted) const {
    return plex::client_in_sessions(
        wanted.hints, *answer_->sessions, {wanted.guide_number, wanted.channel_id});
}

void ClientFinder::tell(const Result<std::vector<plex::PlaySession>>& sessions) {
    if (!sessions) {
        if (std::exchange(last_error_, sessions.error().message()) != sessions.error().message()) {
            logger_.warn("Plex does not say who watches", {{"error", sessions.error()}});
        }
    } else if (!std::exchange(last_error_, {}).empty()) {
        logger_.info("Plex says again who watches");
    }
}

} // namespace plex_tuner::engine
