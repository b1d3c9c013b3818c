// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_session.hpp"

#include "access_log.hpp"

#include <array>
#include <exception>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace plex_tuner::net {

namespace {

constexpr std::chrono::seconds kRefusalTime{2};
/// How long a peer may take to close after our last answer; it need not hold up a shutdown.
constexpr std::chrono::milliseconds kLingerTime{2000};
constexpr std::chrono::milliseconds kLingerTimeWhenStopping{200};
constexpr std::size_t kIdDigits = 6;

std::string format_id(const std::string& prefix, std::uint64_t number) {
    const std::string digits = std::to_string(number);
    const std::size_t zeros = digits.size() < kIdDigits ? kIdDigits - digits.size() : 0;
    return prefix + std::string(zeros, '0') + digits;
}

} // namespace

HttpSession::HttpSession(
    std::shared_ptr<ServerContext> context, asio::ip::tcp::socket socket, Purpose purpose)
    : context_(std::move(context)), purpose_(purpose),
      connection_(std::make_shared<Connection>(std::move(socket), context_->counters.bytes_sent,
          std::max(context_->options.write_timeout, context_->options.longest_write_deadline))) {}

void HttpSession::start(std::function<void()> ended) {
    // Spawned from the strand: the cancellation slot must not be touched from two threads.
    asio::post(connection_->executor(), [self = shared_from_this(), ended = std::move(ended)] {
        asio::co_spawn(self->connection_->executor(), self->run(),
            asio::bind_cancellation_slot(
                self->cancel_.slot(), [self, ended](const std::exception_ptr&) {
                    self->connection_->close();
                    ended();
                }));
    });
}

void HttpSession::request_stop() {
    asio::post(connection_->executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        if (!self->handling_) {
            self->connection_->interrupt();
        }
    });
}

void HttpSession::request_reset() {
    asio::post(connection_->executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        self->forced_ = true;
        self->connection_->reset();
    });
}

void HttpSession::request_cancel() {
    asio::post(connection_->executor(),
        [self = shared_from_this()] { self->cancel_.emit(asio::cancellation_type::terminal); });
}

/// Leaves by exception only when cancelled by force.
asio::awaitable<void> HttpSession::run() {
    if (purpose_ == Purpose::refuse) {
        co_await refuse();
    } else {
        co_await serve();
    }
}

asio::awaitable<void> HttpSession::refuse() {
    // An answer before the request confuses clients that check for stray bytes.
    const auto deadline = std::chrono::steady_clock::now() + kRefusalTime;
    static_cast<void>(co_await connection_->fill(context_->limits.max_header_bytes, deadline));
    co_await reject({503, "too many connections; try again soon"});
}

asio::awaitable<void> HttpSession::serve() {
    while (!stopping_) {
        auto incoming = co_await read_request();
        if (!incoming) {
            break;
        }
        const bool more = co_await answer_request(std::move(*incoming));
        if (!more) {
            break;
        }
    }
}

asio::awaitable<std::optional<HttpSession::Incoming>> HttpSession::read_request() {
    using Clock = std::chrono::steady_clock;
    const HttpServerOptions& options = context_->options;
    RequestParser parser(context_->limits);
    auto deadline = Clock::now() + options.idle_timeout;
    bool header_started = false;
    bool body_started = false;
    while (true) {
        const auto step = parser.feed(connection_->input().view());
        connection_->input().consume(step.consumed);
        if (step.problem) {
            co_await reject(*step.problem);
            co_return std::nullopt;
        }
        if (step.progress == RequestParser::Progress::complete) {
            co_return make_incoming(parser);
        }
        if (stopping_) {
            co_return std::nullopt;
        }
        if (parser.started() && !header_started) {
            header_started = true;
            deadline = Clock::now() + options.header_timeout;
        }
        if (parser.in_body() && !body_started) {
            body_started = true;
            deadline = Clock::now() + options.header_timeout;
            if (parser.expects_continue() && connection_->input().empty()) {
                constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
                const std::array<asio::const_buffer, 1> buffers = {asio::buffer(kContinue)};
                static_cast<void>(co_await connection_->write(buffers, options.write_timeout));
            }
        }
        const auto error = co_await connection_->fill(options.max_header_bytes, deadline);
        if (error == asio::error::timed_out && parser.started()) {
            co_await reject({408, "the request did not arrive in time"});
        }
        if (error) {
            co_return std::nullopt;
        }
    }
}

HttpSession::Incoming HttpSession::make_incoming(RequestParser& parser) {
    Incoming incoming;
    incoming.terms.keep_alive = parser.keep_alive();
    incoming.terms.http_1_0 = parser.is_http_1_0();
    incoming.terms.draining = &stopping_;
    incoming.terms.write_timeout = context_->options.write_timeout;
    incoming.request = parser.take_request();
    const PeerAddresses& addresses = connection_->addresses();
    incoming.request.remote_address = addresses.remote_address;
    incoming.request.remote_port = addresses.remote_port;
    incoming.request.local_address = addresses.local_address;
    incoming.request.local_port = addresses.local_port;
    incoming.request.id =
        format_id(context_->options.request_id_prefix, context_->next_request.fetch_add(1));
    context_->counters.requests.fetch_add(1, std::memory_order_relaxed);
    return incoming;
}

/// Answers one request; false when the connection ends with it.
asio::awaitable<bool> HttpSession::answer_request(Incoming incoming) {
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t written_before = connection_->bytes_written();
    HttpExchange exchange(*connection_, std::move(incoming.request), incoming.terms);
    std::string failure;
    handling_ = true;
    co_await run_handler(exchange, failure);
    handling_ = false;
    connection_->end_watch();

    const std::string& id = exchange.request().id;
    if (!forced_ && !connection_->lost() && failure.empty() && !exchange.started()) {
        failure = "the handler gave no answer";
    }
    if (!forced_ && !failure.empty()) {
        context_->logger.error("request failed",
            {{"request", id}, {"path", loggable_target(exchange.request())}, {"error", failure}});
    }
    if (!forced_ && !connection_->lost() && !exchange.started()) {
        static_cast<void>(co_await exchange.send(Response::text(500, "internal error\n")));
    }
    const std::uint64_t sent = connection_->bytes_written() - written_before;
    const std::uint64_t head = exchange.head_bytes();
    log_access(context_->logger, exchange.request(),
        {exchange.status(), sent > head ? sent - head : 0,
            std::chrono::steady_clock::now() - begin});
    if (exchange.state() == HttpExchange::State::answered && exchange.kept_alive() &&
        failure.empty()) {
        co_return !connection_->lost();
    }
    co_await finish(exchange, !failure.empty());
    co_return false;
}

asio::awaitable<void> HttpSession::run_handler(HttpExchange& exchange, std::string& failure) {
    try {
        co_await context_->handler(exchange);
    } catch (const std::exception& error) {
        failure = error.what();
    } catch (...) {
        failure = "unknown exception";
    }
}

/// Ends the connection after its last answer.
asio::awaitable<void> HttpSession::finish(const HttpExchange& exchange, bool handler_failed) {
    const bool broken = exchange.state() == HttpExchange::State::broken ||
                        (exchange.state() == HttpExchange::State::streaming && handler_failed);
    if (broken || connection_->lost()) {
        connection_->reset(); // the peer must not take a part for the whole
        co_return;
    }
    co_await connection_->close_gracefully(stopping_ ? kLingerTimeWhenStopping : kLingerTime);
}

/// Answers a request that cannot be served, and ends the connection.
asio::awaitable<void> HttpSession::reject(RequestProblem problem) {
    if (purpose_ == Purpose::serve) {
        context_->counters.bad_requests.fetch_add(1, std::memory_order_relaxed);
        context_->logger.debug(
            "request rejected", {{"status", problem.status}, {"error", problem.reason},
                                    {"remote", connection_->addresses().remote_address}});
    }
    Headers headers;
    headers.add("Content-Type", "text/plain; charset=utf-8");
    const std::string body = std::string(problem.reason) + "\n";
    ResponseFraming framing;
    framing.content_length = body.size();
    framing.close = true;
    framing.date = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string answer;
    append_response_head(answer, problem.status, headers, framing);
    answer += body;
    const std::array<asio::const_buffer, 1> buffers = {asio::buffer(answer)};
    const auto error = co_await connection_->write(buffers, context_->options.write_timeout);
    if (!error) {
        co_await connection_->close_gracefully(stopping_ ? kLingerTimeWhenStopping : kLingerTime);
    }
}

} // namespace plex_tuner::net
