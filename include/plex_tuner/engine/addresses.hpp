// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// "http://host:port" for numeric IPv4 or IPv6 hosts and names.
[[nodiscard]] std::string http_url(const std::string& host, std::uint16_t port);

/// This machine's own addresses that others on the network can reach, IPv4 before IPv6; loopback
/// and link-local left out.
[[nodiscard]] std::vector<std::string> reachable_addresses();

/// Of a listen address ("host:port"), without brackets; empty for all interfaces.
[[nodiscard]] std::string listen_host(const std::string& listen);
[[nodiscard]] std::uint16_t listen_port(const std::string& listen);

} // namespace plex_tuner::engine
