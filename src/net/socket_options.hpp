// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace plex_tuner::net {

/// Non-blocking, no Nagle, keepalive, and TCP_USER_TIMEOUT so that a peer that vanished without a
/// word is noticed within half a minute even while nothing is acknowledged. The kernel ends a peer
/// that answers but takes nothing after the same time, so `write_deadline`, the longest that we
/// wait for such a one, extends it.
void set_connection_options(
    boost::asio::ip::tcp::socket& socket, std::chrono::milliseconds write_deadline);

/// Numeric text; an IPv4 client of a dual-stack socket shows as IPv4.
[[nodiscard]] std::string numeric_address(const boost::asio::ip::address& address);

} // namespace plex_tuner::net
