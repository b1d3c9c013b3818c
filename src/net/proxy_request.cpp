// SPDX-License-Identifier: GPL-3.0-or-later
// What goes to the server: the connection, the head, the body while it comes; and the head of what
// it answers.
#include "proxy_session.hpp"
#include "socket_options.hpp"

#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

namespace {

using asio::ip::tcp;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

constexpr int kMaxInterimAnswers = 16;
constexpr int kSwitchingProtocols = 101;
constexpr int kFirstFinalStatus = 200;

} // namespace

asio::awaitable<ProxySession::Sent> ProxySession::send_request(std::shared_ptr<Exchange> exchange) {
    exchange->reused = upstream_.is_open();
    if (!exchange->reused) {
        const ErrorCode error = co_await connect();
        if (error) {
            if (client_lost_) {
                co_return Sent::no;
            }
            const std::string reason = timed_out_ ? "it does not answer" : error.message();
            context_->note_failure(reason);
            co_await refuse(502, "the Plex server at " + context_->options.upstream.redacted() +
                                     " cannot be reached: " + reason);
            co_return Sent::no;
        }
    }
    const ForwardTerms terms{.host = context_->host,
        .path_prefix = context_->path_prefix,
        .client_address = client_address_,
        .for_rewriting = exchange->rewriting};
    const std::string head = forwarded_request(exchange->request, terms);
    const ErrorCode error = co_await write(upstream_, head);
    if (error && exchange->reused) {
        co_return Sent::stale;
    }
    // A server that closed may have said why before: the answer is looked for all the same.
    const auto executor = client_.get_executor();
    ++watch_generation_;
    if (exchange->body_sent) {
        asio::co_spawn(
            executor,
            [](std::shared_ptr<ProxySession> self,
                std::uint64_t generation) -> asio::awaitable<void> {
                co_await self->watch_client(generation);
            }(shared_from_this(), watch_generation_),
            asio::detached);
    } else {
        asio::co_spawn(
            executor,
            [](std::shared_ptr<ProxySession> self,
                std::shared_ptr<Exchange> one) -> asio::awaitable<void> {
                co_await self->send_body(std::move(one));
            }(shared_from_this(), std::move(exchange)),
            asio::detached);
    }
    co_return Sent::yes;
}

asio::awaitable<ProxySession::ErrorCode> ProxySession::connect() {
    const Url& url = context_->options.upstream;
    const auto executor = client_.get_executor();
    std::vector<tcp::endpoint> endpoints;
    ErrorCode error;
    timed_out_ = false;
    if (const auto address = asio::ip::make_address(std::string(url.host()), error); !error) {
        endpoints.emplace_back(address, url.port());
    } else {
        tcp::resolver resolver(executor);
        const auto [failed, found] = co_await resolver.async_resolve(
            std::string(url.host()), std::to_string(url.port()), kAwaitTuple);
        if (failed) {
            co_return failed;
        }
        for (const auto& one : found) {
            endpoints.push_back(one.endpoint());
        }
    }
    upstream_input_.clear();
    arm(context_->options.connect_timeout, true);
    for (const tcp::endpoint& endpoint : endpoints) {
        drop_upstream();
        upstream_.open(endpoint.protocol(), error);
        if (!error) {
            const auto [failed] = co_await upstream_.async_connect(endpoint, kAwaitTuple);
            error = failed;
        }
        if (!error || timed_out_ || client_lost_) {
            break;
        }
    }
    disarm();
    if (error) {
        drop_upstream();
    } else {
        set_connection_options(upstream_, kSlowestReader);
    }
    co_return error;
}

/// The client's body, beside everything else: servers may answer before they have all of it.
asio::awaitable<void> ProxySession::send_body(std::shared_ptr<Exchange> exchange) {
    BodyFraming& body = exchange->request.body;
    while (!body.done() && !exchange->body_broken && !exchange->over) {
        if (client_input_.empty()) {
            const ErrorCode error = co_await fill(client_, client_input_, kMaxAhead);
            if (error) {
                exchange->body_broken = true;
                if (error != asio::error::operation_aborted) {
                    lose_client();
                }
                break;
            }
        }
        const std::string_view input = client_input_.view();
        const std::size_t size = body.take(input);
        const ErrorCode error = co_await write(upstream_, input.substr(0, size));
        client_input_.consume(size);
        exchange->body_broken = error || body.failed();
        if (body.failed()) {
            lose_client(); // where the next request begins cannot be told
        }
    }
    exchange->body_sent = true;
    body_ended_.cancel();
    if (!exchange->body_broken && !exchange->over) {
        co_await watch_client(watch_generation_);
    }
}

/// Notices a client that leaves while the server is silent; keeps what it sends ahead.
asio::awaitable<void> ProxySession::watch_client(std::uint64_t generation) {
    while (generation == watch_generation_ && client_.is_open()) {
        const auto [error] = co_await client_.async_wait(Socket::wait_read, kAwaitTuple);
        if (error || generation != watch_generation_) {
            co_return;
        }
        const asio::mutable_buffer room = client_input_.prepare(kMaxAhead);
        if (room.size() == 0) {
            co_return; // it will be seen when it is written to
        }
        ErrorCode failed;
        const std::size_t count = client_.receive(asio::mutable_buffer(room), 0, failed);
        if (failed == asio::error::would_block || failed == asio::error::try_again) {
            continue;
        }
        if (failed) {
            lose_client();
            co_return;
        }
        client_input_.commit(count);
    }
}

asio::awaitable<std::optional<MessageHead>> ProxySession::read_answer(
    std::shared_ptr<Exchange> exchange, std::string& problem) {
    for (int interim = 0; interim <= kMaxInterimAnswers;) {
        std::size_t searched = 0;
        std::size_t size = 0;
        while ((size = head_size(upstream_input_.view(), searched)) == 0) {
            searched = upstream_input_.view().size();
            const ErrorCode error =
                co_await fill(upstream_, upstream_input_, context_->options.max_head_bytes);
            if (error) {
                const bool is_large = error == asio::error::no_buffer_space;
                problem = is_large                    ? "its header is too large"
                          : error == asio::error::eof ? "it closed the connection"
                                                      : error.message();
                exchange->reused = exchange->reused && searched == 0;
                co_return std::nullopt;
            }
        }
        exchange->reused = false; // it is heard, so nothing is sent again
        auto answer =
            read_answer_head(upstream_input_.view().substr(0, size), exchange->request.method);
        upstream_input_.consume(size);
        if (!answer) {
            problem = "what it sent is no HTTP";
            co_return std::nullopt;
        }
        if (answer->status >= kFirstFinalStatus || answer->status == kSwitchingProtocols) {
            co_return answer;
        }
        ++interim;
        if (!exchange->request.http_1_0) {
            static_cast<void>(co_await write(client_, forwarded_answer(*answer, false)));
        }
    }
    problem = "it answers without end";
    co_return std::nullopt;
}

} // namespace plex_tuner::net
