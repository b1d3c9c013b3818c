// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/url.hpp>
#include <plex_tuner/net/datagram_receiver.hpp>

#include <string>

namespace plex_tuner::gateway {

/// Reads udp:// and rtp:// addresses as players write them:
///   udp://@239.0.0.1:1234            a group; the '@' may be missing
///   udp://192.0.2.7@232.0.0.1:1234   a group, from that sender only
///   udp://192.168.1.5:1234           datagrams sent to that address of this machine
///   udp://@:1234                     to any of its addresses
/// with ?iface=eth0 or ?localaddr=192.168.1.5 for the interface on which a group is joined, else
/// `interface`. Other options are ignored. Hosts are numeric; names are invalid_argument.
[[nodiscard]] Result<net::DatagramAddress> parse_datagram_url(
    const Url& url, const std::string& interface);

} // namespace plex_tuner::gateway
