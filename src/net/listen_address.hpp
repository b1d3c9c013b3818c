// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::net {

struct ListenAddress {
    std::string host; ///< numeric, "localhost", or empty for all interfaces
    std::uint16_t port = 0;
};

/// Reads "host:port", ":port", "*:port" and "[v6]:port".
[[nodiscard]] Result<ListenAddress> parse_listen_address(std::string_view text);

} // namespace plex_tuner::net
