// SPDX-License-Identifier: GPL-3.0-or-later
#include "proxy_session.hpp"

#include "response_head.hpp"
#include "socket_options.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

namespace plex_tuner::net {

namespace {

using std::chrono::milliseconds;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

constexpr milliseconds kLingerTime{2'000};
constexpr milliseconds kBodyEndTime{2'000};
constexpr std::size_t kMaxLingerBytes = std::size_t{1} << 20;

std::string host_field(const Url& url) {
    const bool is_v6 = url.host().find(':') != std::string_view::npos;
    std::string host = is_v6 ? "[" + std::string(url.host()) + "]" : std::string(url.host());
    constexpr std::uint16_t kHttpPort = 80;
    return url.port() == kHttpPort ? host : host + ":" + std::to_string(url.port());
}

std::string without_slash(std::string_view path) {
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    return std::string(path);
}

/// A request that may be sent again when a kept connection turns out to be closed. The others get
/// a new one.
bool may_be_repeated(const MessageHead& request) {
    return request.body.done() &&
           (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS");
}

} // namespace

ProxyContext::ProxyContext(ReverseProxyOptions o, AnswerRewriter r, log::Logger l)
    : options(std::move(o)), rewriter(std::move(r)), logger(std::move(l)),
      host(host_field(options.upstream)), path_prefix(without_slash(options.upstream.path())) {}

void ProxyContext::note_failure(const std::string& reason) {
    if (!is_down.exchange(true)) {
        logger.warn("the server behind the proxy cannot be reached; clients get 502 until it can",
            {{"upstream", options.upstream}, {"error", reason}});
    }
}

void ProxyContext::note_success() {
    if (is_down.load(std::memory_order_relaxed) && is_down.exchange(false)) {
        logger.info(
            "the server behind the proxy is reached again", {{"upstream", options.upstream}});
    }
}

ProxySession::ProxySession(std::shared_ptr<ProxyContext> context, Socket client)
    : context_(std::move(context)), client_(std::move(client)), upstream_(client_.get_executor()),
      deadline_(client_.get_executor()), body_ended_(client_.get_executor()) {
    ErrorCode error;
    if (const auto remote = client_.remote_endpoint(error); !error) {
        client_address_ = numeric_address(remote.address());
    }
    set_connection_options(client_, kSlowestReader);
}

void ProxySession::start(bool refused, std::function<void()> ended) {
    const auto life = [](std::shared_ptr<ProxySession> self,
                          bool is_refused) -> asio::awaitable<void> {
        if (is_refused) {
            co_await self->refuse(503, "too many connections; try again soon");
        } else {
            co_await self->run();
        }
        self->disarm();
        self->drop_upstream();
        self->drop_client();
    };
    asio::co_spawn(client_.get_executor(), life(shared_from_this(), refused),
        [self = shared_from_this(), ended = std::move(ended)](
            const std::exception_ptr& /*none: errors are codes*/) { ended(); });
}

void ProxySession::stop() {
    asio::post(client_.get_executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        if (self->tunnelling_) {
            self->drop_upstream();
            self->drop_client();
        } else if (self->waiting_) {
            ErrorCode ignored;
            self->client_.cancel(ignored);
        }
    });
}

void ProxySession::reset() {
    asio::post(client_.get_executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        self->lose_client();
    });
}

asio::awaitable<void> ProxySession::run() {
    while (!stopping_) {
        waiting_ = true;
        auto request = co_await read_request();
        waiting_ = false;
        if (!request) {
            co_return;
        }
        const bool more = co_await serve(std::move(*request));
        if (!more) {
            co_return;
        }
    }
}

asio::awaitable<std::optional<MessageHead>> ProxySession::read_request() {
    const ReverseProxyOptions& options = context_->options;
    std::size_t searched = 0;
    bool started = false;
    arm(options.idle_timeout, false);
    while (true) {
        while (!started && client_input_.view().starts_with("\r\n")) {
            client_input_.consume(2); // RFC 9112 section 2.2
        }
        const std::string_view input = client_input_.view();
        if (!started && !input.empty()) {
            started = true;
            arm(options.header_timeout, false);
        }
        if (const std::size_t size = head_size(input, searched)) {
            disarm();
            auto request = read_request_head(input.substr(0, size));
            client_input_.consume(size);
            if (!request) {
                co_await refuse(request.error().status, std::string(request.error().reason));
                co_return std::nullopt;
            }
            co_return std::move(*request);
        }
        searched = input.size();
        const ErrorCode error = co_await fill(client_, client_input_, options.max_head_bytes);
        if (error == asio::error::no_buffer_space) {
            disarm();
            co_await refuse(431, "the request header is too large");
            co_return std::nullopt;
        }
        if (error || timed_out_) {
            if (timed_out_ && started) {
                co_await refuse(408, "the request did not arrive in time");
            }
            disarm();
            co_return std::nullopt;
        }
    }
}

asio::awaitable<bool> ProxySession::serve(MessageHead request) {
    const auto exchange = std::make_shared<Exchange>();
    exchange->rewriting = request.method == "GET" && context_->rewriter.wants(request.path);
    exchange->body_sent = request.body.done();
    exchange->request = std::move(request);
    context_->logger.debug(
        "request", {{"method", exchange->request.method}, {"path", exchange->request.path},
                       {"client", client_address_}});
    if (!may_be_repeated(exchange->request) || is_stale()) {
        drop_upstream();
    }
    std::optional<MessageHead> answer;
    std::string problem;
    while (!answer) {
        const Sent sent = co_await send_request(exchange);
        if (sent == Sent::no) {
            co_return false;
        }
        if (sent == Sent::yes) {
            answer = co_await read_answer(exchange, problem);
        }
        const bool again = exchange->reused && !client_lost_;
        if (answer || again) {
            if (!answer) {
                drop_upstream();
            }
            continue;
        }
        if (client_lost_) {
            break;
        }
        context_->logger.warn("the server behind the proxy gave no answer",
            {{"path", exchange->request.path}, {"error", problem}});
        break;
    }
    if (!answer) {
        co_await end_exchange(exchange);
        drop_upstream();
        if (!client_lost_) {
            co_await refuse(502, "the Plex server gave no answer: " + problem);
        }
        co_return false;
    }
    context_->note_success();
    const bool more = co_await pass_answer(exchange, std::move(*answer));
    co_await end_exchange(exchange);
    if (!more && !client_lost_) {
        co_await linger();
    }
    co_return more && !client_lost_;
}

/// What goes on beside the exchange lets go of the sockets.
asio::awaitable<void> ProxySession::end_exchange(std::shared_ptr<Exchange> exchange) {
    ++watch_generation_;
    exchange->over = true;
    ErrorCode ignored;
    client_.cancel(ignored);
    if (!exchange->request.body.done()) {
        drop_upstream(); // nobody will send the rest
    }
    // All of the body was taken from the client; a server that has answered need not take it.
    body_ended_.expires_after(kBodyEndTime);
    while (!exchange->body_sent) {
        const auto [error] = co_await body_ended_.async_wait(kAwaitTuple);
        if (!error) {
            drop_upstream();
            body_ended_.expires_at(asio::steady_timer::time_point::max());
        }
    }
}

/// An answer of our own, the last one.
asio::awaitable<void> ProxySession::refuse(int status, std::string reason) {
    Headers headers;
    headers.add("Content-Type", "text/plain; charset=utf-8");
    reason += "\n";
    ResponseFraming framing;
    framing.content_length = reason.size();
    framing.close = true;
    framing.date = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string answer;
    append_response_head(answer, status, headers, framing);
    const ErrorCode error = co_await write(client_, answer.append(reason));
    if (!error) {
        co_await linger();
    }
}

/// Unread bytes must not turn our last answer into a reset (RFC 9112 section 9.6).
asio::awaitable<void> ProxySession::linger() {
    ErrorCode error;
    client_.shutdown(Socket::shutdown_send, error);
    arm(kLingerTime, false);
    std::size_t drained = 0;
    while (!error && !stopping_ && !timed_out_ && drained < kMaxLingerBytes) {
        client_input_.clear();
        error = co_await fill(client_, client_input_, kMaxAhead);
        drained += client_input_.view().size();
    }
    disarm();
}

asio::awaitable<ProxySession::ErrorCode> ProxySession::fill(
    Socket& socket, ReadBuffer& input, std::size_t max_held) {
    const asio::mutable_buffer room = input.prepare(max_held);
    if (room.size() == 0) {
        co_return asio::error::no_buffer_space;
    }
    const auto [error, count] = co_await socket.async_read_some(room, kAwaitTuple);
    if (!error && !socket.is_open()) {
        co_return asio::error::operation_aborted; // closed meanwhile, and its input let go of
    }
    if (!error) {
        input.commit(count);
    }
    co_return error;
}

asio::awaitable<ProxySession::ErrorCode> ProxySession::write(
    Socket& socket, std::string_view bytes) {
    const auto [error, count] =
        co_await asio::async_write(socket, asio::buffer(bytes.data(), bytes.size()), kAwaitTuple);
    co_return error;
}

/// A kept connection on which the server has said something, or nothing any more.
bool ProxySession::is_stale() {
    if (!upstream_.is_open()) {
        return false;
    }
    char byte = 0;
    const auto count = ::recv(upstream_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

void ProxySession::drop_upstream() {
    ErrorCode ignored;
    upstream_.close(ignored);
    upstream_input_.clear();
}

void ProxySession::drop_client() {
    ErrorCode ignored;
    client_.close(ignored);
}

/// With a reset: what the client has is not the whole.
void ProxySession::lose_client() {
    client_lost_ = true;
    ErrorCode ignored;
    client_.set_option(asio::socket_base::linger(true, 0), ignored);
    drop_client();
    drop_upstream();
}

void ProxySession::arm(milliseconds time, bool of_upstream) {
    timed_out_ = false;
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this(), generation = ++deadline_generation_,
                             of_upstream](const ErrorCode& error) {
        if (error || generation != self->deadline_generation_) {
            return;
        }
        self->timed_out_ = true;
        ErrorCode ignored;
        (of_upstream ? self->upstream_ : self->client_).cancel(ignored);
    });
}

void ProxySession::disarm() {
    ++deadline_generation_;
    deadline_.cancel();
}

} // namespace plex_tuner::net
