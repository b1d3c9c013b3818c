// SPDX-License-Identifier: GPL-3.0-or-later
#include "listener.hpp"
#include "proxy_session.hpp"

#include <plex_tuner/net/descriptor_limit.hpp>
#include <plex_tuner/net/reverse_proxy.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

namespace {

using asio::ip::tcp;
using Duration = std::chrono::steady_clock::duration;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);
/// After a failed accept: without descriptors it would fail again at once.
constexpr std::chrono::milliseconds kAcceptPause{200};
constexpr std::chrono::seconds kForcedEndTime{2};
/// Clients that are told that there are too many.
constexpr std::size_t kMaxRefusing = 32;
constexpr std::size_t kOtherDescriptors = 64;

/// Accepts connections and keeps the list of sessions, on its strand; sessions have their own.
class Core : public std::enable_shared_from_this<Core> {
public:
    using Strand = asio::strand<asio::io_context::executor_type>;

    Core(asio::io_context& io, std::shared_ptr<ProxyContext> context, Strand strand,
        std::vector<tcp::acceptor> acceptors)
        : io_(io), context_(std::move(context)), strand_(std::move(strand)),
          acceptors_(std::move(acceptors)), empty_(strand_) {}

    void start() {
        asio::post(strand_, [self = shared_from_this()] {
            for (tcp::acceptor& acceptor : self->acceptors_) {
                asio::co_spawn(self->strand_, accept(self, acceptor), asio::detached);
            }
        });
    }

    void abandon() {
        asio::post(strand_, [self = shared_from_this()] {
            self->close_acceptors();
            for (const auto& session : self->sessions_) {
                session->reset();
            }
        });
    }

    [[nodiscard]] static asio::awaitable<void> stop(std::shared_ptr<Core> self, Duration grace) {
        const auto strand = self->strand_;
        co_await asio::co_spawn(
            strand, stop_on_strand(std::move(self), grace), asio::use_awaitable);
    }

private:
    [[nodiscard]] static asio::awaitable<void> accept(
        std::shared_ptr<Core> self, tcp::acceptor& acceptor) {
        while (!self->stopping_) {
            auto [error, socket] =
                co_await acceptor.async_accept(asio::make_strand(self->io_), kAwaitTuple);
            if (self->stopping_) {
                co_return;
            }
            if (!error) {
                self->admit(std::move(socket));
            } else if (error != asio::error::connection_aborted) {
                self->context_->logger.warn(
                    "cannot accept connections", {{"error", error.message()}});
                asio::steady_timer pause(self->strand_, kAcceptPause);
                static_cast<void>(co_await pause.async_wait(kAwaitTuple));
            }
        }
    }

    void admit(tcp::socket socket) {
        const bool refused = sessions_.size() >= context_->options.max_connections;
        if (refused && sessions_.size() >= context_->options.max_connections + kMaxRefusing) {
            return;
        }
        auto session = std::make_shared<ProxySession>(context_, std::move(socket));
        sessions_.insert(session);
        session->start(refused, [self = shared_from_this(), weak = std::weak_ptr(session)] {
            asio::post(self->strand_, [self, session = weak.lock()] {
                self->sessions_.erase(session);
                self->empty_.cancel();
            });
        });
    }

    [[nodiscard]] static asio::awaitable<void> stop_on_strand(
        std::shared_ptr<Core> self, Duration grace) {
        self->close_acceptors();
        for (const auto& session : self->sessions_) {
            session->stop();
        }
        co_await self->wait_until_empty(grace);
        for (const auto& session : self->sessions_) {
            session->reset();
        }
        co_await self->wait_until_empty(kForcedEndTime);
    }

    [[nodiscard]] asio::awaitable<void> wait_until_empty(Duration limit) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!sessions_.empty() && std::chrono::steady_clock::now() < end) {
            empty_.expires_at(end);
            static_cast<void>(co_await empty_.async_wait(kAwaitTuple));
        }
    }

    void close_acceptors() {
        stopping_ = true;
        for (tcp::acceptor& acceptor : acceptors_) {
            boost::system::error_code ignored;
            acceptor.close(ignored);
        }
    }

    asio::io_context& io_;
    std::shared_ptr<ProxyContext> context_;
    Strand strand_;
    std::vector<tcp::acceptor> acceptors_;
    asio::steady_timer empty_;
    std::unordered_set<std::shared_ptr<ProxySession>> sessions_;
    bool stopping_ = false;
};

class Proxy final : public ReverseProxy {
public:
    Proxy(std::shared_ptr<Core> core, std::uint16_t port) : core_(std::move(core)), port_(port) {}

    ~Proxy() override { core_->abandon(); }

    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    void start() override { core_->start(); }

    [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }

    [[nodiscard]] asio::awaitable<void> stop(Duration grace) override {
        return Core::stop(core_, grace);
    }

private:
    std::shared_ptr<Core> core_;
    std::uint16_t port_;
};

} // namespace

Result<std::unique_ptr<ReverseProxy>> ReverseProxy::bind(asio::io_context& io,
    ReverseProxyOptions options, AnswerRewriter rewriter, const log::Logger& logger) {
    const Url& upstream = options.upstream;
    if (!upstream.is_scheme("http") || !upstream.query().empty() || !upstream.userinfo().empty()) {
        return fail(ErrorCode::invalid_argument,
            upstream.redacted() + " is not what the proxy speaks to: a http URL without query, "
                                  "such as http://10.0.0.2:32400");
    }
    const auto address = parse_listen_address(options.listen);
    if (!address) {
        return fail(address.error());
    }
    auto strand = asio::make_strand(io);
    auto acceptors = open_listeners(strand, *address, options.listen);
    if (!acceptors) {
        return fail(std::move(acceptors).error());
    }
    boost::system::error_code error;
    const auto endpoint = acceptors->front().local_endpoint(error);
    if (error) {
        return fail(ErrorCode::io, "cannot listen on " + options.listen + ": " + error.message());
    }
    // Two for each client.
    const std::size_t descriptors = std::max(descriptor_limit(), 2 * kOtherDescriptors);
    options.max_connections =
        std::min(options.max_connections, (descriptors - kOtherDescriptors) / 2);
    auto context = std::make_shared<ProxyContext>(
        std::move(options), std::move(rewriter), logger.module("proxy"));
    auto core =
        std::make_shared<Core>(io, std::move(context), std::move(strand), std::move(*acceptors));
    return std::make_unique<Proxy>(std::move(core), endpoint.port());
}

} // namespace plex_tuner::net
