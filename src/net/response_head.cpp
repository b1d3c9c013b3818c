// SPDX-License-Identifier: GPL-3.0-or-later
#include "response_head.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/net/http_date.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::net {

namespace {

bool is_token(std::string_view text) noexcept {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~"; // RFC 9110 section 5.6.2
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return ascii::is_alnum(c) || kMarks.find(c) != std::string_view::npos;
    });
}

bool is_servers_own(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 4> kOwn = {
        "Content-Length", "Transfer-Encoding", "Connection", "Date"};
    return std::ranges::any_of(kOwn, [&](auto own) { return ascii::iequals(own, name); });
}

void append_value(std::string& out, std::string_view value) {
    const std::size_t start = out.size();
    out += value;
    for (std::size_t i = start; i < out.size(); ++i) {
        const auto byte = static_cast<unsigned char>(out[i]);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            out[i] = ' ';
        }
    }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    append_value(out, value);
    out += "\r\n";
}

} // namespace

void append_response_head(
    std::string& out, int status, const Headers& headers, const ResponseFraming& framing) {
    out += "HTTP/1.1 ";
    out += std::to_string(status);
    out += ' ';
    out += reason_phrase(status);
    out += "\r\n";
    append_field(out, "Date", format_http_date(framing.date));
    for (const auto& [name, value] : headers) {
        if (is_token(name) && !is_servers_own(name)) {
            append_field(out, name, value);
        }
    }
    if (framing.content_length && !is_bodiless(status)) {
        append_field(out, "Content-Length", std::to_string(*framing.content_length));
    }
    if (framing.close) {
        append_field(out, "Connection", "close");
    } else if (framing.announce_keep_alive) {
        append_field(out, "Connection", "keep-alive");
    }
    out += "\r\n";
}

} // namespace plex_tuner::net
