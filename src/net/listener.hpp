// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "listen_address.hpp"

#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace plex_tuner::net {

/// Bound and listening sockets for `address`; all share one port, which is the first one's. All
/// interfaces is one dual-stack IPv6 socket, or IPv4 where the machine has no IPv6; localhost is
/// both loopbacks as far as they exist. `text` is what the user wrote, for the error.
[[nodiscard]] Result<std::vector<boost::asio::ip::tcp::acceptor>> open_listeners(
    const boost::asio::any_io_executor& executor, const ListenAddress& address,
    std::string_view text);

} // namespace plex_tuner::net
