// SPDX-License-Identifier: GPL-3.0-or-later
#include "redact_url.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/url.hpp>

#include <algorithm>
#include <optional>

namespace plex_tuner {
namespace {

[[nodiscard]] bool is_scheme_char(char c) noexcept {
    return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.';
}

[[nodiscard]] bool is_forbidden(char c) noexcept {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte <= 0x20 || byte == 0x7F;
}

[[nodiscard]] std::uint16_t default_port(std::string_view scheme) noexcept {
    if (ascii::iequals(scheme, "http")) {
        return 80;
    }
    if (ascii::iequals(scheme, "https")) {
        return 443;
    }
    if (ascii::iequals(scheme, "rtsp")) {
        return 554;
    }
    return 0;
}

[[nodiscard]] bool is_http_scheme(std::string_view scheme) noexcept {
    return ascii::iequals(scheme, "http") || ascii::iequals(scheme, "https");
}

struct HostAndPort {
    std::string_view host;
    std::string_view port;
};

/// Splits "[v6]:port" and "name:port"; nothing when the brackets do not match.
[[nodiscard]] std::optional<HostAndPort> split_host(std::string_view text) {
    HostAndPort parts;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            return std::nullopt;
        }
        parts.host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        parts.host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (rest.empty()) {
        return parts;
    }
    if (!rest.starts_with(':')) {
        return std::nullopt;
    }
    parts.port = rest.substr(1);
    return parts;
}

} // namespace

Result<Url> Url::parse(std::string_view text) {
    text = ascii::trim(text);
    if (text.empty()) {
        return fail(ErrorCode::parse, "the URL is empty");
    }
    if (text.size() > kMaxBytes) {
        return fail(
            ErrorCode::too_large, "the URL is longer than " + std::to_string(kMaxBytes) + " bytes");
    }
    if (std::ranges::any_of(text, is_forbidden)) {
        return fail(ErrorCode::parse, "the URL contains a blank or a control character");
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !ascii::is_alpha(text.front()) ||
        !std::ranges::all_of(text.substr(0, colon), is_scheme_char)) {
        return fail(ErrorCode::parse, "the URL does not start with a scheme such as http://");
    }

    Url url;
    url.text_ = text;
    const std::string_view all = url.text_;
    const auto span_of = [&](std::string_view part) {
        return Span{static_cast<std::uint32_t>(part.data() - all.data()),
            static_cast<std::uint32_t>(part.size())};
    };
    url.scheme_ = span_of(all.substr(0, colon));
    std::string_view rest = all.substr(colon + 1);

    if (rest.starts_with("//")) {
        url.has_authority_ = true;
        rest.remove_prefix(2);
        std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
        rest.remove_prefix(authority.size());
        // Browsers read '\\' as '/', so "http://a\\@b" would name two hosts to two readers.
        if (authority.contains('\\')) {
            return fail(ErrorCode::parse, "the URL has no valid host");
        }
        if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
            url.has_userinfo_ = true;
            url.userinfo_ = span_of(authority.substr(0, at));
            authority.remove_prefix(at + 1);
        }
        const auto parts = split_host(authority);
        if (!parts || parts->host.find_first_of("[]<>\"^`{|}") != std::string_view::npos) {
            return fail(ErrorCode::parse, "the URL has no valid host");
        }
        url.host_ = span_of(parts->host);
        if (!parts->port.empty()) {
            const auto port = ascii::parse_integer<std::uint16_t>(parts->port);
            if (!port || *port == 0) {
                return fail(
                    ErrorCode::parse, "the port of the URL is not a number from 1 to 65535");
            }
            url.port_ = *port;
        }
    }
    if (url.port_ == 0) {
        url.port_ = default_port(url.scheme());
    }
    if (is_http_scheme(url.scheme()) && url.host_.length == 0) {
        return fail(ErrorCode::parse, "the URL has no host");
    }

    if (const std::size_t hash = rest.find('#'); hash != std::string_view::npos) {
        url.fragment_ = span_of(rest.substr(hash + 1));
        rest = rest.substr(0, hash);
    }
    if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
        url.has_query_ = true;
        url.query_ = span_of(rest.substr(mark + 1));
        rest = rest.substr(0, mark);
    }
    url.path_ = span_of(rest);
    return url;
}

std::string_view Url::scheme() const noexcept {
    return view(scheme_);
}

bool Url::is_scheme(std::string_view lower_case) const noexcept {
    return ascii::iequals(scheme(), lower_case);
}

bool Url::is_http() const noexcept {
    return is_http_scheme(scheme());
}

std::string_view Url::userinfo() const noexcept {
    return view(userinfo_);
}

std::string_view Url::host() const noexcept {
    return view(host_);
}

std::uint16_t Url::port() const noexcept {
    return port_;
}

std::string_view Url::path() const noexcept {
    return view(path_);
}

std::string_view Url::query() const noexcept {
    return view(query_);
}

std::string_view Url::fragment() const noexcept {
    return view(fragment_);
}

std::string Url::origin() const {
    std::string out = ascii::lower(scheme());
    out += "://";
    const bool ipv6 = host().contains(':');
    out += ipv6 ? "[" : "";
    out += ascii::lower(host());
    out += ipv6 ? "]:" : ":";
    out += std::to_string(port_);
    return out;
}

Url Url::without_userinfo() const {
    if (!has_userinfo_) {
        return *this;
    }
    Url url = *this;
    const std::uint32_t removed = userinfo_.length + 1; // with its '@'
    url.text_.erase(userinfo_.begin, removed);
    url.userinfo_ = {};
    url.has_userinfo_ = false;
    for (Span* span : {&url.host_, &url.path_, &url.query_, &url.fragment_}) {
        if (span->begin > userinfo_.begin) {
            span->begin -= removed;
        }
    }
    return url;
}

std::string Url::redacted() const {
    return redaction::until_stable(
        text_, [](std::string_view text) { return redaction::redact_url_text(text); });
}

} // namespace plex_tuner
