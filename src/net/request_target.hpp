// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/http_types.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::net {

/// The parts of a request target (RFC 9112 section 3.2).
struct RequestTarget {
    std::string path;                     ///< percent-decoded, begins with '/', or "*"
    std::string query;                    ///< raw, without '?'
    std::optional<std::string> authority; ///< of an absolute-form target, without userinfo
};

/// Origin-form, absolute-form with http or https, and "*" for OPTIONS; nullopt for anything else
/// and for paths that decode to a NUL.
[[nodiscard]] std::optional<RequestTarget> parse_request_target(
    Method method, std::string_view target);

/// Whether a Host value can be what RFC 9110 section 7.2 allows; an empty one can.
[[nodiscard]] bool is_plausible_host(std::string_view host) noexcept;

} // namespace plex_tuner::net
