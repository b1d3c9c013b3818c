// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::config {

/// ":port", "*:port", "localhost:port", "ipv4:port" or "[ipv6]:port" with a port from 0 to 65535
/// (0: any free one); returns it without blanks around, and without the '*'. Names are no addresses
/// to listen on: what they stand for may change.
[[nodiscard]] std::optional<std::string> parse_listen_address(std::string_view text);

} // namespace plex_tuner::config
