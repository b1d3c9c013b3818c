// SPDX-License-Identifier: GPL-3.0-or-later
#include "socket_options.hpp"

#include <algorithm>

#include <boost/asio/socket_base.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace plex_tuner::net {

namespace {

constexpr std::chrono::milliseconds kUserTimeout{30'000};
/// The deadline is ours: the kernel must not come first.
constexpr std::chrono::milliseconds kDeadlineMargin{10'000};
constexpr int kKeepAliveIdleSeconds = 30;
constexpr int kKeepAliveIntervalSeconds = 10;
constexpr int kKeepAliveProbes = 3;

/// A refused option costs promptness, not correctness.
void set_tcp_option(int socket, int option, int value) noexcept {
    ::setsockopt(socket, IPPROTO_TCP, option, &value, sizeof value);
}

} // namespace

void set_connection_options(
    boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds write_deadline) {
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
    const int handle = socket.native_handle();
    const auto user_timeout = std::max(kUserTimeout, write_deadline + kDeadlineMargin);
    set_tcp_option(handle, TCP_USER_TIMEOUT, static_cast<int>(user_timeout.count()));
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
