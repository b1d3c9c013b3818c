// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_address.hpp"
#include "listener.hpp"
#include "socket_options.hpp"

#include <plex_tuner/net/tcp_service.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace plex_tuner::net {
namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kWriteDeadline{10'000};
/// After a failed accept: without descriptors it would fail again at once.
constexpr std::chrono::milliseconds kAcceptPause{200};

class Peer final : public TcpPeer, public std::enable_shared_from_this<Peer> {
public:
    Peer(tcp::socket socket, std::string address)
        : socket_(std::move(socket)), deadline_(socket_.get_executor()),
          address_(std::move(address)) {}

    [[nodiscard]] const std::string& remote_address() const noexcept override { return address_; }

    asio::awaitable<bool> read(
        std::span<std::uint8_t> bytes, std::chrono::milliseconds limit) override {
        arm(limit);
        const auto [error, size] = co_await asio::async_read(
            socket_, asio::buffer(bytes.data(), bytes.size()), asio::as_tuple(asio::use_awaitable));
        deadline_.cancel();
        co_return !error;
    }

    asio::awaitable<bool> write(
        std::span<const std::uint8_t> bytes, std::chrono::milliseconds limit) override {
        arm(limit);
        const auto [error, size] = co_await asio::async_write(
            socket_, asio::buffer(bytes.data(), bytes.size()), asio::as_tuple(asio::use_awaitable));
        deadline_.cancel();
        co_return !error;
    }

    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

private:
    void arm(std::chrono::milliseconds limit) {
        deadline_.expires_after(limit);
        deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (!error) {
                self->close();
            }
        });
    }

    tcp::socket socket_;
    asio::steady_timer deadline_;
    std::string address_;
};

class Service final : public TcpService, public std::enable_shared_from_this<Service> {
public:
    Service(std::vector<tcp::acceptor> acceptors, TcpServiceOptions options, TcpHandler handler)
        : acceptors_(std::move(acceptors)), options_(std::move(options)),
          handler_(std::move(handler)) {}

    void start() override {
        for (tcp::acceptor& acceptor : acceptors_) {
            asio::co_spawn(
                acceptor.get_executor(), accept(shared_from_this(), acceptor), asio::detached);
        }
    }

    void stop() override {
        stopped_ = true;
        boost::system::error_code ignored;
        for (tcp::acceptor& acceptor : acceptors_) {
            acceptor.close(ignored);
        }
        for (const auto& peer : peers_) {
            peer->close();
        }
    }

private:
    [[nodiscard]] static asio::awaitable<void> accept(
        std::shared_ptr<Service> self, tcp::acceptor& acceptor) {
        while (!self->stopped_) {
            auto [error, socket] =
                co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
            if (self->stopped_) {
                co_return;
            }
            if (error) {
                asio::steady_timer pause(acceptor.get_executor(), kAcceptPause);
                co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
                continue;
            }
            self->admit(std::move(socket));
        }
    }

    void admit(tcp::socket socket) {
        boost::system::error_code error;
        const auto remote = socket.remote_endpoint(error);
        if (error) {
            return;
        }
        std::string address = numeric_address(remote.address());
        const auto of_client = static_cast<std::size_t>(std::ranges::count(
            peers_, address, [](const auto& peer) { return peer->remote_address(); }));
        if (peers_.size() >= options_.max_connections ||
            of_client >= options_.max_connections_per_client) {
            return;
        }
        set_connection_options(socket, kWriteDeadline);
        const auto executor = socket.get_executor();
        auto peer = std::make_shared<Peer>(std::move(socket), std::move(address));
        peers_.push_back(peer);
        asio::co_spawn(executor, serve(shared_from_this(), std::move(peer)), asio::detached);
    }

    [[nodiscard]] static asio::awaitable<void> serve(
        std::shared_ptr<Service> self, std::shared_ptr<Peer> peer) {
        co_await self->handler_(*peer);
        peer->close();
        std::erase(self->peers_, peer);
    }

    std::vector<tcp::acceptor> acceptors_;
    TcpServiceOptions options_;
    TcpHandler handler_;
    std::vector<std::shared_ptr<Peer>> peers_;
    bool stopped_ = false;
};

} // namespace

Result<std::shared_ptr<TcpService>> TcpService::open(
    const asio::any_io_executor& strand, TcpServiceOptions options, TcpHandler handler) {
    const auto address = parse_listen_address(options.listen);
    if (!address) {
        return fail(address.error());
    }
    auto acceptors = open_listeners(strand, *address, options.listen);
    if (!acceptors) {
        return fail(std::move(acceptors).error());
    }
    return std::make_shared<Service>(std::move(*acceptors), std::move(options), std::move(handler));
}

} // namespace plex_tuner::net
