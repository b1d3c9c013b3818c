// SPDX-License-Identifier: GPL-3.0-or-later
#include "listener.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace plex_tuner::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Opened {
    tcp::acceptor acceptor;
    error_code error;
};

Opened open_one(const asio::any_io_executor& executor, const tcp::endpoint& endpoint, bool dual) {
    Opened out{tcp::acceptor(executor), {}};
    out.acceptor.open(endpoint.protocol(), out.error);
    if (!out.error) {
        out.acceptor.set_option(asio::socket_base::reuse_address(true), out.error);
    }
    if (!out.error && endpoint.address().is_v6()) {
        out.acceptor.set_option(asio::ip::v6_only(!dual), out.error);
    }
    if (!out.error) {
        out.acceptor.bind(endpoint, out.error);
    }
    if (!out.error) {
        out.acceptor.listen(asio::socket_base::max_listen_connections, out.error);
    }
    return out;
}

/// The machine has no such address family or address, which for a fallback is no failure.
bool is_absent(const error_code& error) noexcept {
    return error == asio::error::address_family_not_supported ||
           error == boost::system::errc::address_not_available ||
           error == boost::system::errc::protocol_not_supported;
}

Error bind_error(std::string_view text, const error_code& error) {
    const std::string where = "cannot listen on " + std::string(text) + ": ";
    if (error == asio::error::address_in_use) {
        return {::plex_tuner::ErrorCode::unavailable,
            where + "another program has this port; stop it or choose another port"};
    }
    if (error == asio::error::access_denied) {
        return {::plex_tuner::ErrorCode::io,
            where + "no permission; choose a port above 1023, or grant CAP_NET_BIND_SERVICE"};
    }
    if (is_absent(error)) {
        return {::plex_tuner::ErrorCode::invalid_argument,
            where + "no interface of this machine has this address; leave the host out to listen "
                    "on all of them"};
    }
    return {::plex_tuner::ErrorCode::io, where + error.message()};
}

using Acceptors = std::vector<tcp::acceptor>;

Result<Acceptors> listen_everywhere(
    const asio::any_io_executor& executor, std::uint16_t port, std::string_view text) {
    Opened opened = open_one(executor, {tcp::v6(), port}, true);
    if (is_absent(opened.error)) {
        opened = open_one(executor, {tcp::v4(), port}, false);
    }
    if (opened.error) {
        return fail(bind_error(text, opened.error));
    }
    Acceptors out;
    out.push_back(std::move(opened.acceptor));
    return out;
}

Result<Acceptors> listen_locally(
    const asio::any_io_executor& executor, std::uint16_t port, std::string_view text) {
    Acceptors out;
    error_code last;
    for (const bool v6 : {false, true}) {
        const asio::ip::address loopback = v6 ? asio::ip::address(asio::ip::address_v6::loopback())
                                              : asio::ip::address_v4::loopback();
        const std::uint16_t wanted = out.empty() ? port : out.front().local_endpoint().port();
        Opened opened = open_one(executor, {loopback, wanted}, false);
        if (!opened.error) {
            out.push_back(std::move(opened.acceptor));
            continue;
        }
        last = opened.error;
        // A port the system chose for IPv4 may be taken on IPv6; nobody was promised it there.
        const bool optional_miss = port == 0 && !out.empty();
        if (!is_absent(last) && !optional_miss) {
            return fail(bind_error(text, last));
        }
    }
    if (out.empty()) {
        return fail(bind_error(text, last));
    }
    return out;
}

} // namespace

Result<Acceptors> open_listeners(
    const asio::any_io_executor& executor, const ListenAddress& address, std::string_view text) {
    if (address.host.empty()) {
        return listen_everywhere(executor, address.port, text);
    }
    if (address.host == "localhost") {
        return listen_locally(executor, address.port, text);
    }
    Opened opened = open_one(executor, {asio::ip::make_address(address.host), address.port}, false);
    if (opened.error) {
        return fail(bind_error(text, opened.error));
    }
    Acceptors out;
    out.push_back(std::move(opened.acceptor));
    return out;
}

} // namespace plex_tuner::net
