// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_address.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <boost/asio/ip/address.hpp>

namespace plex_tuner::net {

namespace {

std::unexpected<Error> bad_address(std::string_view text, std::string_view why) {
    return fail(ErrorCode::invalid_argument, "listen address \"" + std::string(text) + "\" " +
                                                 std::string(why) +
                                                 "; accepted are \":5004\", \"192.168.1.5:5004\", "
                                                 "\"[::1]:5004\" and \"localhost:5004\"");
}

bool is_numeric(const std::string& host, bool bracketed) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return !error && address.is_v6() == bracketed;
}

} // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
    const std::string_view trimmed = ascii::trim(text);
    const std::size_t colon = trimmed.rfind(':');
    if (colon == std::string_view::npos) {
        return bad_address(text, "has no port");
    }
    ListenAddress out;
    const auto port = ascii::parse_integer<std::uint16_t>(trimmed.substr(colon + 1));
    if (!port) {
        return bad_address(text, "has no port between 0 and 65535 after its last colon");
    }
    out.port = *port;
    std::string_view host = trimmed.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    if (!bracketed && (host.empty() || host == "*")) {
        return out;
    }
    if (!bracketed && ascii::iequals(host, "localhost")) {
        out.host = "localhost";
        return out;
    }
    out.host = host;
    if (!is_numeric(out.host, bracketed)) {
        return bad_address(text, "needs a numeric host");
    }
    return out;
}

} // namespace plex_tuner::net
