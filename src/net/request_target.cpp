// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_target.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

#include <algorithm>

namespace plex_tuner::net {

namespace {

/// Splits "http://authority/rest"; the rest becomes `target`, which always begins with '/' then.
std::optional<std::string> take_authority(std::string& target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!ascii::istarts_with(target, scheme)) {
            continue;
        }
        std::string_view rest = std::string_view(target).substr(scheme.size());
        const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
        std::string_view authority = rest.substr(0, end);
        if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
            authority.remove_prefix(at + 1);
        }
        if (authority.empty() || !is_plausible_host(authority)) {
            return std::nullopt;
        }
        std::string host(authority);
        rest.remove_prefix(end);
        std::string path_and_query = rest.starts_with('/') ? "" : "/";
        path_and_query += rest;
        target = std::move(path_and_query);
        return host;
    }
    return std::nullopt;
}

} // namespace

std::optional<RequestTarget> parse_request_target(Method method, std::string_view target) {
    RequestTarget out;
    if (target == "*") {
        if (method != Method::options) {
            return std::nullopt;
        }
        out.path = "*";
        return out;
    }
    std::string absolute;
    std::string_view rest = target;
    if (!rest.starts_with('/')) {
        absolute = target;
        out.authority = take_authority(absolute);
        if (!out.authority) {
            return std::nullopt;
        }
        rest = absolute;
    }
    rest = rest.substr(0, rest.find('#')); // forbidden here, yet some clients send it
    const std::size_t mark = rest.find('?');
    if (mark != std::string_view::npos) {
        out.query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
    }
    out.path = percent::decode(rest);
    if (out.path.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    return out;
}

bool is_plausible_host(std::string_view host) noexcept {
    return std::ranges::none_of(host, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f ||
               std::string_view("/?#@\\,<>\"").find(c) != std::string_view::npos;
    });
}

} // namespace plex_tuner::net
