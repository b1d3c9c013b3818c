// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/net/http_types.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::net {

/// What the server decides about a response head, beside the handler's status and fields.
struct ResponseFraming {
    std::optional<std::uint64_t> content_length; ///< none: the body ends with the connection
    bool close = false;
    bool announce_keep_alive = false; ///< HTTP/1.0 clients must be told
    WallTime date{};
};

/// True for 1xx, 204 and 304, whose answers never have a body (RFC 9112 section 6.3).
[[nodiscard]] constexpr bool is_bodiless(int status) noexcept {
    return (status >= 100 && status < 200) || status == 204 || status == 304;
}

/// Appends status line, fields and the empty line (RFC 9112 sections 4 and 5). Content-Length,
/// Transfer-Encoding, Connection and Date among `headers` are dropped: they belong to the server.
/// Control bytes in values become blanks and fields whose name is no token are left out, so foreign
/// text cannot split the response.
void append_response_head(
    std::string& out, int status, const Headers& headers, const ResponseFraming& framing);

} // namespace plex_tuner::net
