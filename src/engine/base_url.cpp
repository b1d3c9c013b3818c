// SPDX-License-Identifier: GPL-3.0-or-later
#include "base_url.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxHost = 261; // a DNS name, ':' and a port

/// What may stand in a Host header of a name, an address or a bracketed IPv6 address with a port.
bool is_plausible_host(std::string_view host) {
    return !host.empty() && host.size() <= kMaxHost && std::ranges::all_of(host, [](char c) {
        return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    });
}

} // namespace

std::string http_url(const std::string& host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != std::string::npos;
    std::string url = "http://" + (ipv6 ? "[" + host + "]" : host);
    return port == 80 ? url : url + ":" + std::to_string(port);
}

std::string base_url_for(const net::Request& request, const std::string& configured) {
    if (!configured.empty()) {
        return configured.ends_with('/') ? configured.substr(0, configured.size() - 1) : configured;
    }
    if (const auto host = request.headers.find("Host"); host && is_plausible_host(*host)) {
        return "http://" + std::string(*host);
    }
    return http_url(request.local_address, request.local_port);
}

std::vector<std::string> reachable_addresses() {
    std::vector<std::string> ipv4;
    std::vector<std::string> ipv6;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return {};
    }
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_LOOPBACK) != 0 ||
            (entry->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        char text[INET6_ADDRSTRLEN] = {};
        if (entry->ifa_addr->sa_family == AF_INET) {
            const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
            if (::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) {
                ipv4.emplace_back(text);
            }
        } else if (entry->ifa_addr->sa_family == AF_INET6) {
            const auto* address = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr);
            if (!IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr) &&
                ::inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof text) != nullptr) {
                ipv6.emplace_back(text);
            }
        }
    }
    ::freeifaddrs(list);
    ipv4.insert(ipv4.end(), ipv6.begin(), ipv6.end());
    return ipv4;
}

} // namespace plex_tuner::engine
