// SPDX-License-Identifier: GPL-3.0-or-later
#include "side_by_side.hpp"

#include <plex_tuner/engine/addresses.hpp>
#include <plex_tuner/engine/discovery_doctor.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/hdhr/ssdp.hpp>
#include <plex_tuner/net/datagram_port.hpp>
#include <plex_tuner/net/network_interfaces.hpp>
#include <plex_tuner/provider/hdhr_reader.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;

/// Programs for the hardware wait 200 ms, twice.
constexpr milliseconds kDiscoveryWindow{500};
constexpr std::chrono::seconds kSsdpSpread{1};
constexpr milliseconds kSsdpWindow{1'300};
/// libhdhomerun waits so long for a connection, and again for a reply.
constexpr milliseconds kControlLimit{2'500};
constexpr milliseconds kHttpLimit{2'500};
constexpr std::size_t kMaxDocument = std::size_t{64} * 1024;
constexpr std::size_t kMostFound = 256;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kSsdpPort = 1900;

class Look {
public:
    Look(asio::io_context& io, fetch::Client& client, const DiscoveryQuestion& question,
        DiscoveryFacts& facts)
        : io_(io), client_(client), question_(question), facts_(facts) {}

    asio::awaitable<void> run() {
        for (const net::NetworkInterface& one : net::network_interfaces()) {
            if (!one.is_loopback && !one.ipv4().is_unspecified() && is_asked(one.ipv4())) {
                interfaces_.push_back(one);
                facts_.networks.push_back({one.name, one.ipv4().to_string()});
            }
        }
        const std::size_t count = interfaces_.size();
        facts_.http.resize(count);
        facts_.port_80.resize(count);
        facts_.control.resize(count);
        facts_.home.url = home_url();
        facts_.home = co_await ask_http(facts_.home.url);
        if (const auto id = hdhr::DeviceId::parse_hex(facts_.home.text);
            id && hdhr::DeviceId::is_valid(*id)) {
            hdhr::Device device;
            device.id = hdhr::DeviceId::corrected(*id);
            facts_.uuid = "uuid:" + hdhr::device_uuid(device);
        }
        if (!question_.base_url.empty()) {
            facts_.advertised = co_await ask_http(question_.base_url);
        }
        co_await side_by_side(4, [this](std::size_t part) { return ask(part); });
        facts_.filters = net::input_filters();
    }

private:
    [[nodiscard]] asio::awaitable<void> ask(std::size_t part) {
        switch (part) {
        case 0:
            co_await search();
            break;
        case 1:
            co_await search_ssdp();
            break;
        case 2:
            for (std::size_t i = 0; i < interfaces_.size(); ++i) {
                const std::string address = facts_.networks[i].address;
                facts_.http[i] =
                    co_await ask_http(http_url(address, listen_port(question_.listen)));
                facts_.port_80[i] = co_await ask_http(http_url(address, kHttpPort));
            }
            break;
        default:
            for (std::size_t i = 0; i < interfaces_.size() && question_.native; ++i) {
                facts_.control[i] = co_await ask_control(interfaces_[i].ipv4());
            }
        }
    }

    /// A tuner that listens at one address of a network is found on that network.
    [[nodiscard]] bool is_asked(const asio::ip::address& address) const {
        boost::system::error_code is_name;
        const auto only = asio::ip::make_address(listen_host(question_.listen), is_name);
        return is_name || only.is_loopback() || only == address;
    }

    [[nodiscard]] std::string home_url() const {
        const std::uint16_t port = listen_port(question_.listen);
        std::string host = listen_host(question_.listen);
        return http_url(host.empty() || host == "localhost" ? "127.0.0.1" : host, port);
    }

    [[nodiscard]] asio::awaitable<DoctorAnswer> ask_http(std::string base) {
        DoctorAnswer answer{.url = base, .text = {}, .failure = {}};
        auto url = Url::parse(base + "/discover.json");
        if (!url) {
            answer.failure = url.error().message();
            co_return answer;
        }
        fetch::Request request(std::move(*url));
        request.limits.total = kHttpLimit;
        request.max_redirects = 0;
        const auto response = co_await client_.get(std::move(request), kMaxDocument);
        if (!response) {
            answer.failure = response.error().message();
        } else if (response->head.status != 200) {
            answer.failure = "status " + std::to_string(response->head.status);
        } else if (const auto device =
                       provider::read_hdhr_device(provider::text_chunks(response->body))) {
            answer.text = device->device_id;
        } else {
            answer.failure = device.error().message();
        }
        co_return answer;
    }

    /// Sends on every network what `send` sends, and hears replies until the time is over.
    [[nodiscard]] asio::awaitable<void> exchange(milliseconds window,
        std::function<void(net::DatagramPort&, const net::NetworkInterface&)> send,
        std::function<void(const net::ReceivedDatagram&)> heard) {
        auto port = net::DatagramPort::open(io_.get_executor(), {.may_broadcast = true});
        if (!port) {
            facts_.no_socket = port.error().message();
            co_return;
        }
        for (const net::NetworkInterface& one : interfaces_) {
            send(**port, one);
        }
        asio::steady_timer limit(io_, window);
        limit.async_wait([&port](const boost::system::error_code& cancelled) {
            if (!cancelled) {
                (*port)->cancel();
            }
        });
        while (co_await (*port)->wait()) {
            for (const net::ReceivedDatagram& datagram : (*port)->receive()) {
                heard(datagram);
            }
        }
    }

    [[nodiscard]] asio::awaitable<void> search() {
        const auto request = hdhr::discovery_request();
        const asio::ip::udp::endpoint everybody(
            asio::ip::address_v4::broadcast(), question_.discovery_port);
        co_await exchange(
            kDiscoveryWindow,
            [&](net::DatagramPort& port, const net::NetworkInterface& one) {
                port.send(one.index, everybody, request);
            },
            [this](const net::ReceivedDatagram& datagram) {
                auto device = hdhr::read_discovery_reply(datagram.bytes);
                if (device && facts_.found.size() < kMostFound) {
                    facts_.found.push_back(
                        {std::move(*device), datagram.from.address().to_string()});
                }
            });
    }

    [[nodiscard]] asio::awaitable<void> search_ssdp() {
        const std::string text = hdhr::ssdp_search("upnp:rootdevice", kSsdpSpread);
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        const asio::ip::udp::endpoint group(
            asio::ip::make_address_v4("239.255.255.250"), kSsdpPort);
        co_await exchange(
            kSsdpWindow,
            [&](net::DatagramPort& port, const net::NetworkInterface& one) {
                port.send(one.index, group, bytes);
            },
            [this](const net::ReceivedDatagram& datagram) {
                const std::string_view reply(
                    reinterpret_cast<const char*>(datagram.bytes.data()), datagram.bytes.size());
                auto parsed = hdhr::parse_ssdp_reply(reply);
                if (parsed && facts_.announced.size() < kMostFound) {
                    facts_.announced.push_back(
                        {std::move(parsed->usn), std::move(parsed->location)});
                }
            });
    }

    [[nodiscard]] asio::awaitable<DoctorAnswer> ask_control(asio::ip::address address) {
        DoctorAnswer answer{
            .url = address.to_string() + ":" + std::to_string(question_.control_port),
            .text = {},
            .failure = {}};
        const auto socket = std::make_shared<asio::ip::tcp::socket>(io_);
        asio::steady_timer limit(io_, kControlLimit);
        limit.async_wait([socket](const boost::system::error_code& cancelled) {
            boost::system::error_code ignored;
            if (!cancelled) {
                socket->close(ignored);
            }
        });
        constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
        const auto request = hdhr::get_request("/sys/model");
        std::array<std::uint8_t, hdhr::kMaxPacketBytes> bytes{};
        std::size_t length = 4;
        auto [error] = co_await socket->async_connect({address, question_.control_port}, kNoThrow);
        if (!error) {
            std::tie(error, std::ignore) =
                co_await asio::async_write(*socket, asio::buffer(request), kNoThrow);
        }
        if (!error) {
            std::tie(error, std::ignore) =
                co_await asio::async_read(*socket, asio::buffer(bytes.data(), length), kNoThrow);
        }
        if (!error) {
            const auto whole = hdhr::native_packet_length(std::span(bytes).first<4>());
            const std::size_t rest = whole.value_or(length) - length;
            std::tie(error, std::ignore) = co_await asio::async_read(
                *socket, asio::buffer(bytes.data() + length, rest), kNoThrow);
            length += rest;
        }
        if (error) {
            answer.failure =
                limit.expiry() <= std::chrono::steady_clock::now() ? "no answer" : error.message();
            co_return answer;
        }
        const auto model = hdhr::read_get_reply(std::span(bytes).first(length));
        answer.text = model.value_or("");
        answer.failure = model ? "" : "what answers there is no HDHomeRun";
        co_return answer;
    }

    asio::io_context& io_;
    fetch::Client& client_;
    const DiscoveryQuestion& question_;
    DiscoveryFacts& facts_;
    std::vector<net::NetworkInterface> interfaces_;
};

} // namespace

DiscoveryFacts look_for_tuner(const DiscoveryQuestion& question,
    const fetch::ClientOptions& client_options, const log::Logger& logger) {
    DiscoveryFacts facts;
    asio::io_context io(1);
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    Look look(io, *client, question, facts);
    auto done = asio::co_spawn(io, look.run(), asio::use_future);
    io.run();
    done.get();
    return facts;
}

} // namespace plex_tuner::engine
