// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery_responder.hpp"

#include <plex_tuner/hdhr/discovery.hpp>

#include <array>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace plex_tuner::engine {

namespace {

/// Where IPv6 clients ask: those of the link, and those of the site.
constexpr auto kGroups = std::to_array<std::string_view>({"ff02::176", "ff05::176"});

} // namespace

DiscoveryResponder::DiscoveryResponder(const asio::any_io_executor& strand, std::uint16_t port,
    hdhr::Device device, AnnouncedUrl announced, log::Logger logger)
    : strand_(strand), device_(std::move(device)), announced_(std::move(announced)),
      logger_(std::move(logger)) {
    auto ipv4 = net::DatagramPort::open(strand, {.port = port});
    if (!ipv4) {
        logger_.warn(
            "clients will not find this tuner by themselves, for its discovery port cannot "
            "be had; stop the program that has it (another tuner?), or set "
            "PLEX_TUNER_HDHR_NETWORK_MODE=0 and give clients the address",
            {{"error", ipv4.error()}});
        return;
    }
    ports_.push_back(std::move(*ipv4));
    net::DatagramPortOptions options{.port = port, .ipv6 = true};
    for (const std::string_view group : kGroups) {
        options.groups.push_back(asio::ip::make_address(group));
    }
    auto ipv6 = net::DatagramPort::open(strand, std::move(options));
    if (ipv6) {
        ports_.push_back(std::move(*ipv6));
    } else {
        logger_.debug("no discovery over IPv6", {{"error", ipv6.error()}});
    }
}

void DiscoveryResponder::start() {
    for (const auto& port : ports_) {
        asio::co_spawn(strand_, serve(shared_from_this(), *port), asio::detached);
    }
}

void DiscoveryResponder::interfaces_changed() {
    for (const auto& port : ports_) {
        port->join();
    }
}

void DiscoveryResponder::stop() {
    for (const auto& port : ports_) {
        port->cancel();
    }
}

asio::awaitable<void> DiscoveryResponder::serve(
    std::shared_ptr<DiscoveryResponder> self, net::DatagramPort& port) {
    while (co_await port.wait()) {
        for (const net::ReceivedDatagram& request : port.receive()) {
            self->answer(port, request);
        }
    }
}

void DiscoveryResponder::answer(net::DatagramPort& port, const net::ReceivedDatagram& request) {
    const std::string base_url = announced_.at(request.our_address);
    if (base_url.empty() || request.from.port() == 0) {
        return;
    }
    const auto reply = hdhr::answer_discovery(request.bytes, device_, base_url);
    if (!reply.empty() && limit_.allow(request.from.address(), std::chrono::steady_clock::now())) {
        port.reply(request, reply);
    }
}

} // namespace plex_tuner::engine
