// SPDX-License-Identifier: GPL-3.0-or-later
#include "control_server.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

/// A client that asks nothing for so long connects again when it wants something.
constexpr std::chrono::milliseconds kIdle{120'000};
/// For the rest of a packet, and for a reply to be taken.
constexpr std::chrono::milliseconds kExchange{10'000};
/// Where clients send their keep-alives, whatever the HTTP port is.
constexpr std::uint16_t kKeepAlivePort = 5004;

/// ":5004" with another port.
[[nodiscard]] std::string same_host(const std::string& listen, std::uint16_t port) {
    return listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
}

} // namespace

ControlServer::ControlServer(const asio::any_io_executor& strand, const ServiceOptions& options,
    std::shared_ptr<NativeTuners> tuners, log::Logger logger)
    : strand_(strand), tuners_(std::move(tuners)), point_(options.device, *tuners_),
      logger_(std::move(logger)), second_(strand) {
    if (options.native.is_on) {
        listen(options);
    }
}

void ControlServer::listen(const ServiceOptions& options) {
    auto service = net::TcpService::open(strand_,
        {.listen = same_host(options.http.listen, options.native.control_port)},
        [this](net::TcpPeer& peer) { return serve(peer); });
    if (!service) {
        logger_.warn(
            "clients of the HDHomeRun control protocol are not served, for its port cannot "
            "be had; stop the program that has it (another tuner?), or set "
            "PLEX_TUNER_HDHR_NETWORK_MODE=0",
            {{"error", service.error()}});
        return;
    }
    service_ = std::move(*service);
    auto keep_alives = net::DatagramPort::open(strand_, {.port = kKeepAlivePort});
    if (keep_alives) {
        keep_alives_ = std::move(*keep_alives);
    } else {
        logger_.warn("streams to a target that vanishes go on until its network says so",
            {{"error", keep_alives.error()}});
    }
}

void ControlServer::start() {
    if (!service_) {
        return;
    }
    tuners_->on_ended([weak = weak_from_this()](int tuner, bool is_target_gone) {
        if (const auto self = weak.lock()) {
            self->point_.ended(
                tuner, is_target_gone ? hdhr::StreamEnd::target_gone : hdhr::StreamEnd::no_video);
        }
    });
    service_->start();
    asio::co_spawn(strand_, expire(shared_from_this()), asio::detached);
    if (keep_alives_) {
        asio::co_spawn(strand_, hear_keep_alives(shared_from_this()), asio::detached);
    }
}

void ControlServer::stop() {
    stopped_ = true;
    second_.cancel();
    if (service_) {
        service_->stop();
    }
    if (keep_alives_) {
        keep_alives_->cancel();
    }
    tuners_->stop_all();
}

asio::awaitable<void> ControlServer::serve(net::TcpPeer& peer) {
    const auto self = shared_from_this();
    std::array<std::uint8_t, hdhr::kMaxPacketBytes> bytes{};
    constexpr std::size_t kHead = 4;
    while (co_await peer.read(std::span(bytes).first<kHead>(), kIdle)) {
        const auto length = hdhr::native_packet_length(std::span(bytes).first<kHead>());
        if (!length ||
            !co_await peer.read(std::span(bytes).subspan(kHead, *length - kHead), kExchange)) {
            co_return;
        }
        const auto request = hdhr::NativePacket::parse(std::span(bytes).first(*length));
        if (!request) {
            // Where the next one would begin is not known.
            co_return;
        }
        const auto reply =
            point_.answer(*request, peer.remote_address(), std::chrono::steady_clock::now());
        if (!co_await peer.write(reply, kExchange)) {
            co_return;
        }
    }
}

asio::awaitable<void> ControlServer::hear_keep_alives(std::shared_ptr<ControlServer> self) {
    while (co_await self->keep_alives_->wait()) {
        for (const net::ReceivedDatagram& datagram : self->keep_alives_->receive()) {
            if (datagram.bytes.size() == 4) {
                std::uint32_t key = 0;
                for (const std::uint8_t byte : datagram.bytes) {
                    key = key << 8U | byte;
                }
                self->point_.keep_alive(
                    datagram.from.address().to_string(), key, std::chrono::steady_clock::now());
            }
        }
    }
}

asio::awaitable<void> ControlServer::expire(std::shared_ptr<ControlServer> self) {
    while (!self->stopped_) {
        self->second_.expires_after(std::chrono::seconds(1));
        co_await self->second_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!self->stopped_) {
            self->point_.expire(std::chrono::steady_clock::now());
        }
    }
}

} // namespace plex_tuner::engine
