// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hdhr/tuner_host.hpp>

#include <array>

#include <arpa/inet.h>

namespace plex_tuner::hdhr {

std::optional<StreamTarget> StreamTarget::parse(std::string_view text) {
    StreamTarget target;
    if (text.starts_with("rtp://")) {
        target.is_rtp = true;
        text.remove_prefix(6);
    } else if (text.starts_with("udp://")) {
        text.remove_prefix(6);
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view address = text.substr(0, colon);
    const bool is_ipv6 = address.starts_with('[') && address.ends_with(']');
    if (is_ipv6) {
        address = address.substr(1, address.size() - 2);
    }
    target.address = address;
    std::array<char, sizeof(in6_addr)> ignored{};
    const auto port = ascii::parse_integer<std::uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0 ||
        inet_pton(is_ipv6 ? AF_INET6 : AF_INET, target.address.c_str(), ignored.data()) != 1) {
        return std::nullopt;
    }
    target.port = *port;
    return target;
}

} // namespace plex_tuner::hdhr
