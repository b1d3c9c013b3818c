// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_listen_address.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cstdint>

namespace plex_tuner::config {
namespace {

[[nodiscard]] bool is_host_name(std::string_view host) {
    constexpr std::size_t kMaxBytes = 253; // RFC 1035 section 2.3.4
    return host.size() <= kMaxBytes && std::ranges::all_of(host, [](char c) {
        return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_';
    });
}

/// The shape only; the resolver has the last word. A zone ("fe80::1%eth0") may follow.
[[nodiscard]] bool is_ipv6(std::string_view host) {
    const std::size_t zone = std::min(host.find('%'), host.size());
    const std::string_view address = host.substr(0, zone);
    constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF:.";
    return address.contains(':') &&
           address.find_first_not_of(kHexDigits) == std::string_view::npos &&
           (zone == host.size() || (zone + 1 < host.size() && is_host_name(host.substr(zone + 1))));
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
    const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
    if (bracketed ? !is_ipv6(host.substr(1, host.size() - 2)) : !is_host_name(host)) {
        return std::nullopt;
    }
    return std::string(text);
}

} // namespace plex_tuner::config
