// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_listen_address.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cstdint>

#include <arpa/inet.h>

namespace plex_tuner::config {
namespace {

[[nodiscard]] bool is_ipv4(std::string_view host) {
    in_addr address{};
    return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

/// A zone ("fe80::1%eth0") may follow.
[[nodiscard]] bool is_ipv6(std::string_view host) {
    const std::size_t percent = std::min(host.find('%'), host.size());
    const std::string_view zone = host.substr(std::min(percent + 1, host.size()));
    const bool good_zone = std::ranges::all_of(
        zone, [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_'; });
    in6_addr address{};
    return good_zone && zone.empty() == (percent == host.size()) &&
           ::inet_pton(AF_INET6, std::string(host.substr(0, percent)).c_str(), &address) == 1;
}

/// What the server can listen on; net::parse_listen_address has the same grammar.
[[nodiscard]] bool is_host(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']') && host.size() > 1) {
        return is_ipv6(host.substr(1, host.size() - 2));
    }
    return host.empty() || host == "*" || ascii::iequals(host, "localhost") || is_ipv4(host);
}

} // namespace

std::optional<std::string> parse_listen_address(std::string_view text) {
    text = ascii::trim(text);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos ||
        !ascii::parse_integer<std::uint16_t>(text.substr(colon + 1))) {
        return std::nullopt;
    }
    const std::string_view host = text.substr(0, colon);
    if (host == "*") { // the same as none
        text.remove_prefix(1);
    }
    return is_host(host) ? std::optional(std::string(text)) : std::nullopt;
}

} // namespace plex_tuner::config
