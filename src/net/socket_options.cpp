// SPDX-License-Identifier: GPL-3.0-or-later
#include "socket_options.hpp"

#include <boost/asio/socket_base.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace plex_tuner::net {

namespace {

constexpr int kUserTimeoutMs = 30'000;
constexpr int kKeepAliveIdleSeconds = 30;
constexpr int kKeepAliveIntervalSeconds = 10;
constexpr int kKeepAliveProbes = 3;

/// A refused option costs promptness, not correctness.
void set_tcp_option(int socket, int option, int value) noexcept {
    ::setsockopt(socket, IPPROTO_TCP, option, &value, sizeof value);
}

} // namespace

void set_connection_options(boost::asio::ip::tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
    const int handle = socket.native_handle();
    set_tcp_option(handle, TCP_USER_TIMEOUT, kUserTimeoutMs);
    set_tcp_option(handle, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
    set_tcp_option(handle, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
    set_tcp_option(handle, TCP_KEEPCNT, kKeepAliveProbes);
}

std::string numeric_address(const boost::asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
            .to_string();
    }
    return address.to_string();
}

} // namespace plex_tuner::net
