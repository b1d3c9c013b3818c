// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

struct DatagramPortOptions {
    std::uint16_t port = 0;
    bool ipv6 = false; ///< else IPv4; a port is of one of them
    /// Joined on every interface.
    std::vector<asio::ip::address> groups = {};
    /// Other programs may have the same port: for what comes to groups.
    bool is_shared = false;
    bool may_broadcast = false; ///< send() takes 255.255.255.255
};

/// A datagram, and where it reached us.
struct ReceivedDatagram {
    std::span<const std::uint8_t> bytes;
    asio::ip::udp::endpoint from = {};
    /// How the sender reaches us: the address it sent to; for broadcasts and groups the one of the
    /// interface it came in on. Unspecified: that interface has none.
    asio::ip::address our_address = {};
    bool is_unicast = false;
    unsigned interface = 0; ///< index of the one it came in on
};

/// A UDP port on every interface of the machine, those that come later included (see join()).
/// Not thread-safe.
class DatagramPort {
public:
    /// Longer datagrams are dropped.
    static constexpr std::size_t kMaxDatagram = 2048;
    static constexpr std::size_t kMaxBatch = 32;

    /// unavailable: another program has the port; unsupported: there is no IPv6 on this machine.
    [[nodiscard]] static Result<std::unique_ptr<DatagramPort>> open(
        const asio::any_io_executor& executor, DatagramPortOptions options);
    ~DatagramPort();
    DatagramPort(const DatagramPort&) = delete;
    DatagramPort& operator=(const DatagramPort&) = delete;

    /// Joins the groups on interfaces where they are not joined yet: when interfaces came.
    void join();

    /// Waits for a datagram; false after cancel().
    [[nodiscard]] asio::awaitable<bool> wait();
    void cancel() noexcept;

    /// What has come, at most kMaxBatch; valid until the next call. Does not block.
    [[nodiscard]] std::span<const ReceivedDatagram> receive();

    /// To the sender, from the address it reached us at. What cannot be sent now is dropped.
    void reply(const ReceivedDatagram& received, std::span<const std::uint8_t> bytes);
    /// To a group, on one interface.
    void send_to_group(
        unsigned interface, const asio::ip::address& group, std::span<const std::uint8_t> bytes);

    /// To anybody; by that interface where it is not 0.
    void send(
        unsigned interface, const asio::ip::udp::endpoint& to, std::span<const std::uint8_t> bytes);

private:
    struct Impl;
    explicit DatagramPort(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::net
