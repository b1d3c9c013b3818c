// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace plex_tuner::net {

/// Non-blocking, no Nagle, keepalive, and TCP_USER_TIMEOUT so that a peer that vanished without a
/// word is noticed within half a minute even while nothing is acknowledged.
void set_connection_options(boost::asio::ip::tcp::socket& socket);

/// Numeric text; an IPv4 client of a dual-stack socket shows as IPv4.
[[nodiscard]] std::string numeric_address(const boost::asio::ip::address& address);

} // namespace plex_tuner::net
