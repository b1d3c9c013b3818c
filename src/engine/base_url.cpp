// SPDX-License-Identifier: GPL-3.0-or-later
#include "base_url.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/engine/addresses.hpp>

#include <algorithm>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxHost = 261; // a DNS name, ':' and a port

/// What may stand in a Host header of a name, an address or a bracketed IPv6 address with a port.
bool is_plausible_host(std::string_view host) {
    return !host.empty() && host.size() <= kMaxHost && std::ranges::all_of(host, [](char c) {
        return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' ||
               c == ']';
    });
}

} // namespace

std::string base_url_for(const net::Request& request, const std::string& configured) {
    if (!configured.empty()) {
        return configured.ends_with('/') ? configured.substr(0, configured.size() - 1) : configured;
    }
    if (const auto host = request.headers.find("Host"); host && is_plausible_host(*host)) {
        return "http://" + std::string(*host);
    }
    return http_url(request.local_address, request.local_port);
}

} // namespace plex_tuner::engine
