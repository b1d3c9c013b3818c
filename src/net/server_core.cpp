// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_core.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

namespace {

using std::chrono::steady_clock;

/// Out of descriptors or memory: accepting again at once would only burn the processor.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::seconds kLogInterval{30};
/// Connections that are being told 503 at the same time; more are closed without a word.
constexpr std::size_t kMaxRefusing = 64;
/// What handlers get to end after their connection was reset, and again after their cancellation.
constexpr std::chrono::seconds kForcedEndTime{1};

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

} // namespace

ServerCore::ServerCore(asio::io_context& io, std::shared_ptr<ServerContext> context,
    asio::strand<asio::io_context::executor_type> strand,
    std::vector<asio::ip::tcp::acceptor> acceptors)
    : io_(io), context_(std::move(context)), strand_(std::move(strand)), empty_timer_(strand_) {
    listeners_.reserve(acceptors.size());
    for (asio::ip::tcp::acceptor& acceptor : acceptors) {
        listeners_.push_back({std::move(acceptor), asio::steady_timer(strand_)});
    }
}

void ServerCore::start() {
    asio::post(strand_, [self = shared_from_this()] {
        for (Listener& listener : self->listeners_) {
            if (self->stopping_) {
                return;
            }
            ++self->accept_loops_;
            asio::co_spawn(
                self->strand_, accept_loop(self, listener), [self](const std::exception_ptr&) {
                    --self->accept_loops_;
                    self->wake_if_empty();
                });
        }
    });
}

asio::awaitable<void> ServerCore::accept_loop(
    std::shared_ptr<ServerCore> self, Listener& listener) {
    while (!self->stopping_) {
        auto [error, socket] = co_await listener.acceptor.async_accept(
            asio::any_io_executor(asio::make_strand(self->io_)), kAwaitTuple);
        if (self->stopping_ || error == asio::error::operation_aborted) {
            co_return;
        }
        if (!error) {
            self->admit(std::move(socket));
        } else if (error != asio::error::connection_aborted) {
            co_await self->pause_accepting(listener, error);
        }
    }
}

asio::awaitable<void> ServerCore::pause_accepting(
    Listener& listener, const boost::system::error_code& error) {
    context_->counters.accept_failures.fetch_add(1, std::memory_order_relaxed);
    const auto now = steady_clock::now();
    if (now >= next_accept_log_) {
        next_accept_log_ = now + kLogInterval;
        context_->logger.warn("cannot accept connections", {{"error", error.message()}});
    }
    listener.pause.expires_after(kAcceptPause);
    static_cast<void>(co_await listener.pause.async_wait(kAwaitTuple));
}

void ServerCore::admit(asio::ip::tcp::socket socket) {
    HttpServerCounters& counters = context_->counters;
    auto purpose = HttpSession::Purpose::serve;
    if (served_ >= context_->options.max_connections) {
        purpose = HttpSession::Purpose::refuse;
        counters.connections_refused.fetch_add(1, std::memory_order_relaxed);
        note_refusal();
        if (refusing_ >= kMaxRefusing) {
            return;
        }
        ++refusing_;
    } else {
        ++served_;
        counters.connections_accepted.fetch_add(1, std::memory_order_relaxed);
        counters.connections_open.fetch_add(1, std::memory_order_relaxed);
    }
    auto session = std::make_shared<HttpSession>(context_, std::move(socket), purpose);
    sessions_.insert(session);
    session->start([self = shared_from_this(), weak = std::weak_ptr(session), purpose] {
        asio::post(self->strand_,
            [self, session = weak.lock(), purpose] { self->session_ended(session, purpose); });
    });
}

void ServerCore::note_refusal() {
    const auto now = steady_clock::now();
    if (now < next_refusal_log_) {
        return;
    }
    next_refusal_log_ = now + kLogInterval;
    context_->logger.warn("connection limit reached",
        {{"limit", context_->options.max_connections},
            {"refused", context_->counters.connections_refused.load()}});
}

void ServerCore::session_ended(
    const std::shared_ptr<HttpSession>& session, HttpSession::Purpose purpose) {
    sessions_.erase(session);
    if (purpose == HttpSession::Purpose::serve) {
        --served_;
        context_->counters.connections_open.fetch_sub(1, std::memory_order_relaxed);
    } else {
        --refusing_;
    }
    wake_if_empty();
}

void ServerCore::wake_if_empty() {
    if (stopping_ && is_empty()) {
        empty_timer_.cancel();
    }
}

void ServerCore::close_acceptors() {
    stopping_ = true;
    for (Listener& listener : listeners_) {
        boost::system::error_code ignored;
        listener.acceptor.close(ignored);
        listener.pause.cancel();
    }
}

void ServerCore::abandon() {
    asio::post(strand_, [self = shared_from_this()] {
        self->close_acceptors();
        for (const auto& session : self->sessions_) {
            session->request_reset();
            session->request_cancel();
        }
    });
}

asio::awaitable<void> ServerCore::stop(std::shared_ptr<ServerCore> self, Duration grace) {
    const asio::any_io_executor strand = self->strand_;
    co_await asio::co_spawn(strand, stop_on_strand(std::move(self), grace), asio::use_awaitable);
}

asio::awaitable<void> ServerCore::stop_on_strand(std::shared_ptr<ServerCore> self, Duration grace) {
    self->close_acceptors();
    for (const auto& session : self->sessions_) {
        session->request_stop();
    }
    const bool ended = co_await self->wait_until_empty(grace);
    if (ended) {
        co_return;
    }
    self->context_->logger.info(
        "closing connections that outlived the grace", {{"connections", self->sessions_.size()}});
    for (const auto& session : self->sessions_) {
        session->request_reset();
    }
    const bool reset_ended = co_await self->wait_until_empty(kForcedEndTime);
    if (reset_ended) {
        co_return;
    }
    for (const auto& session : self->sessions_) {
        session->request_cancel();
    }
    const bool cancel_ended = co_await self->wait_until_empty(kForcedEndTime);
    if (!cancel_ended) {
        self->context_->logger.warn(
            "handlers do not end", {{"connections", self->sessions_.size()}});
    }
}

asio::awaitable<bool> ServerCore::wait_until_empty(Duration limit) {
    const auto deadline = steady_clock::now() + limit;
    while (!is_empty() && steady_clock::now() < deadline) {
        empty_timer_.expires_at(deadline);
        static_cast<void>(co_await empty_timer_.async_wait(kAwaitTuple));
    }
    co_return is_empty();
}

} // namespace plex_tuner::net
