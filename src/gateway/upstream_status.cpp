// SPDX-License-Identifier: GPL-3.0-or-later
#include "upstream_status.hpp"

#include <string>
#include <string_view>

namespace plex_tuner::gateway {
namespace {

[[nodiscard]] std::string_view meaning(int status) {
    switch (status) {
    case 401:
        return "the login was refused";
    case 403:
        return "access is forbidden: account, address or token not accepted";
    case 404:
    case 410:
        return "the stream does not exist there";
    case 407:
        return "a proxy wants a login";
    case 423:
    case 509:
        return "the account is over its limit";
    case 429:
        return "too many requests";
    case 458: // Xtream panels
        return "too many connections for this account";
    default:
        break;
    }
    if (status >= 500) {
        return "the provider has a fault";
    }
    return status >= 300 && status < 400 ? "a redirect that leads nowhere" : "no stream";
}

} // namespace

Error upstream_status_error(int status) {
    std::string message(meaning(status));
    message.append(" (status ").append(std::to_string(status)).append(")");
    return Error::from_http_status(status, std::move(message));
}

} // namespace plex_tuner::gateway
