// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/engine/addresses.hpp>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

namespace plex_tuner::engine {

std::string http_url(const std::string& host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != std::string::npos;
    std::string url = "http://" + (ipv6 ? "[" + host + "]" : host);
    return port == 80 ? url : url + ":" + std::to_string(port);
}

std::string listen_host(const std::string& listen) {
    std::string host = listen.substr(0, listen.rfind(':'));
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return host == "*" || host == "0.0.0.0" || host == "::" ? std::string() : host;
}

std::uint16_t listen_port(const std::string& listen) {
    return ascii::parse_integer<std::uint16_t>(listen.substr(listen.rfind(':') + 1)).value_or(0);
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
