// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fetch {

/// What goes out with the request to one URL of a redirect chain.
struct HopPlan {
    struct Basic {
        std::string user;
        Secret password;
    };

    std::vector<std::string> header_lines; ///< "Name: value", for CURLOPT_HTTPHEADER
    std::string cookie;                    ///< the caller's own Cookie header; may be empty
    std::optional<Basic> basic;
};

/// Whether a header field can have this value: no line break, no NUL.
[[nodiscard]] bool is_sendable(std::string_view value) noexcept;

/// Decides which of the caller's headers and credentials `target` may see: Authorization, Cookie,
/// Proxy-Authorization and Host stay with the origin the request was made for; credentials go only
/// to their own origin; everything else (User-Agent, Referer, …) goes along. A header that cannot
/// be sent (bad name, line break in the value) is an invalid_argument error.
[[nodiscard]] Result<HopPlan> plan_hop(const Request& request, const Url& target);

/// Whether the request changes nothing at the server (RFC 9110 section 9.2.1). Only such ones are
/// repeated at another address.
[[nodiscard]] bool is_safe(Method method) noexcept;

/// Whether a response with this status and Location asks for another request.
[[nodiscard]] bool is_redirect(int status) noexcept;

/// The URL that a Location field names, relative to `from`. Only http and https are followed.
[[nodiscard]] Result<Url> redirect_target(const Url& from, std::string_view location);

} // namespace plex_tuner::fetch
