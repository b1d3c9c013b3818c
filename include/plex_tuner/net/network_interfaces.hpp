// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// One that is up.
struct NetworkInterface {
    unsigned index = 0;
    std::string name = {};
    bool is_loopback = false;
    std::vector<asio::ip::address> addresses = {};

    /// Where clients on it reach us: an IPv4 address, else an IPv6 address that is not link-local
    /// (a URL has no room for its zone). Unspecified: none.
    [[nodiscard]] asio::ip::address ipv4() const;
    [[nodiscard]] asio::ip::address ipv6() const;
};

[[nodiscard]] std::vector<NetworkInterface> network_interfaces();

/// Tells when interfaces or their addresses come and go (Linux rtnetlink). Not thread-safe.
class NetworkWatch {
public:
    [[nodiscard]] static Result<std::unique_ptr<NetworkWatch>> open(
        const asio::any_io_executor& executor);
    ~NetworkWatch();
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

    /// Waits until something changed since the last call, or until cancel().
    [[nodiscard]] asio::awaitable<void> wait();
    void cancel() noexcept;

private:
    struct Impl;
    explicit NetworkWatch(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::net
