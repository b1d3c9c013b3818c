// SPDX-License-Identifier: GPL-3.0-or-later
#include "ssdp_responder.hpp"

#include <plex_tuner/net/network_interfaces.hpp>

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

constexpr std::uint16_t kPort = 1900;
/// A third of their life, for datagrams are lost.
constexpr std::chrono::seconds kAliveInterval = hdhr::SsdpMessages::kMaxAge / 3;
constexpr std::size_t kMostDelayed = 64;

[[nodiscard]] asio::ip::address group() {
    return asio::ip::make_address_v4("239.255.255.250");
}

[[nodiscard]] std::span<const std::uint8_t> octets(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

SsdpResponder::SsdpResponder(const asio::any_io_executor& strand, hdhr::Device device,
    std::string_view version, AnnouncedUrl announced, log::Logger logger)
    : strand_(strand), device_(std::move(device)), messages_(device_, version),
      announced_(std::move(announced)), logger_(std::move(logger)), next_alive_(strand),
      random_(std::random_device()()) {
    auto port =
        net::DatagramPort::open(strand, {.port = kPort, .groups = {group()}, .is_shared = true});
    if (port) {
        port_ = std::move(*port);
    } else {
        logger_.warn("the tuner is not announced by SSDP; PLEX_TUNER_SSDP_DISABLED=1 does without",
            {{"error", port.error()}});
    }
}

void SsdpResponder::start() {
    if (port_) {
        asio::co_spawn(strand_, serve(shared_from_this()), asio::detached);
        asio::co_spawn(strand_, repeat(shared_from_this()), asio::detached);
    }
}

void SsdpResponder::interfaces_changed() {
    if (port_) {
        port_->join();
        notify(true);
    }
}

void SsdpResponder::stop() {
    stopped_ = true;
    next_alive_.cancel();
    for (const Timer& timer : delayed_) {
        timer->cancel();
    }
    if (port_) {
        notify(false);
        port_->cancel();
    }
}

asio::awaitable<void> SsdpResponder::serve(std::shared_ptr<SsdpResponder> self) {
    while (co_await self->port_->wait()) {
        for (const net::ReceivedDatagram& datagram : self->port_->receive()) {
            self->answer(datagram);
        }
    }
}

asio::awaitable<void> SsdpResponder::repeat(std::shared_ptr<SsdpResponder> self) {
    while (!self->stopped_) {
        self->notify(true);
        self->next_alive_.expires_after(kAliveInterval);
        co_await self->next_alive_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

std::string SsdpResponder::location(const asio::ip::address& ours) const {
    const std::string base = announced_.at(ours);
    return base.empty() ? base : base + "/device.xml";
}

void SsdpResponder::answer(const net::ReceivedDatagram& datagram) {
    const std::string_view text(
        reinterpret_cast<const char*>(datagram.bytes.data()), datagram.bytes.size());
    auto search = hdhr::parse_ssdp_search(text, device_);
    if (!search || datagram.from.port() == 0 || location(datagram.our_address).empty() ||
        delayed_.size() >= kMostDelayed ||
        !limit_.allow(datagram.from.address(), std::chrono::steady_clock::now())) {
        return;
    }
    net::ReceivedDatagram to = datagram;
    to.bytes = {};
    const std::chrono::milliseconds spread = search->spread;
    std::uniform_int_distribution<std::int64_t> delay(0, spread.count());
    const auto timer =
        std::make_shared<asio::steady_timer>(strand_, std::chrono::milliseconds(delay(random_)));
    delayed_.insert(timer);
    timer->async_wait([self = shared_from_this(), timer, to, search = std::move(*search)](
                          const boost::system::error_code& cancelled) {
        self->delayed_.erase(timer);
        if (!cancelled && !self->stopped_) {
            self->send_replies(to, search);
        }
    });
}

void SsdpResponder::send_replies(const net::ReceivedDatagram& to, const hdhr::SsdpSearch& search) {
    for (const std::string& target : search.targets) {
        port_->reply(to, octets(messages_.reply(target, location(to.our_address))));
    }
}

void SsdpResponder::notify(bool is_alive) {
    for (const net::NetworkInterface& one : net::network_interfaces()) {
        const std::string url = location(one.ipv4());
        if (url.empty()) {
            continue;
        }
        for (const std::string& target : hdhr::SsdpMessages::targets(device_)) {
            port_->send_to_group(one.index, group(),
                octets(is_alive ? messages_.alive(target, url) : messages_.byebye(target)));
        }
    }
}

} // namespace plex_tuner::engine
