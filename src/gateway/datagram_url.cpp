// SPDX-License-Identifier: GPL-3.0-or-later
#include "datagram_url.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

#include <algorithm>
#include <string_view>

namespace plex_tuner::gateway {
namespace {

namespace ip = boost::asio::ip;

[[nodiscard]] std::string query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (ascii::iequals(pair.substr(0, equals), name) && equals < pair.size()) {
            return percent::decode(pair.substr(equals + 1));
        }
    }
    return {};
}

[[nodiscard]] Result<ip::address> numeric(std::string_view host) {
    if (host.empty()) {
        return ip::address_v4::any();
    }
    if (ascii::iequals(host, "localhost")) {
        return ip::address_v4::loopback();
    }
    boost::system::error_code error;
    auto address = ip::make_address(host, error);
    if (error) {
        return fail(ErrorCode::invalid_argument,
            "the address of a udp or rtp source must be a number, like 239.0.0.1");
    }
    return address;
}

} // namespace

Result<net::DatagramAddress> parse_datagram_url(const Url& url, const std::string& interface) {
    auto address = numeric(url.host());
    if (!address) {
        return fail(std::move(address).error());
    }
    if (url.port() == 0) {
        return fail(ErrorCode::invalid_argument, "the address of a udp or rtp source needs a port");
    }
    net::DatagramAddress result{.address = *address, .port = url.port()};
    if (!url.userinfo().empty()) {
        auto source = numeric(url.userinfo());
        if (!source) {
            return fail(std::move(source).error());
        }
        if (!address->is_multicast() || source->is_v4() != address->is_v4()) {
            return fail(ErrorCode::invalid_argument,
                "a sender belongs before a multicast group, of the same address family");
        }
        result.source = *source;
    }
    result.interface = query_value(url.query(), "iface");
    if (result.interface.empty()) {
        result.interface = query_value(url.query(), "localaddr");
    }
    if (result.interface.empty()) {
        result.interface = interface;
    }
    return result;
}

} // namespace plex_tuner::gateway
