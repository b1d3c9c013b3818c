// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_headers.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace plex_tuner::provider {
namespace {

constexpr std::size_t kMaxNameBytes = 64;

struct OptionHeader {
    std::string_view option;
    std::string_view header;
};

/// Attributes, EXTVLCOPT keys and header names that differ from the header's usual spelling.
constexpr std::array<OptionHeader, 10> kOptionHeaders = {
    {{"user-agent", "User-Agent"}, {"http-user-agent", "User-Agent"}, {"referer", "Referer"},
        {"referrer", "Referer"}, {"http-referer", "Referer"}, {"http-referrer", "Referer"},
        {"http-origin", "Origin"}, {"http-cookie", "Cookie"}, {"http-cookies", "Cookie"},
        {"http-authorization", "Authorization"}}};

/// Spelled the usual way when they come in lower case.
constexpr std::array<std::string_view, 8> kSpelling = {"Accept", "Accept-Language", "Authorization",
    "Cookie", "Origin", "Referer", "User-Agent", "X-Forwarded-For"};

/// Headers that frame the message, choose the host or the bytes: the HTTP client's business.
constexpr std::array<std::string_view, 14> kReserved = {"accept-encoding", "connection",
    "content-length", "content-type", "expect", "host", "if-range", "keep-alive",
    "proxy-authorization", "proxy-connection", "range", "te", "transfer-encoding", "upgrade"};

/// Settings of Kodi's HTTP client that stand between the pipe headers and are no headers.
constexpr std::array<std::string_view, 13> kPlayerSettings = {"acceptencoding", "active-remote",
    "auth", "connection-timeout", "customrequest", "encoding", "failonerror", "noshout", "postdata",
    "redirect-limit", "seekable", "sslcipherlist", "verifypeer"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::any_of(
        names, [name](std::string_view known) { return ascii::iequals(known, name); });
}

/// RFC 9110 section 5.6.2.
bool is_token_char(char c) {
    return ascii::is_alnum(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_header_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxNameBytes &&
           std::ranges::all_of(name, is_token_char);
}

/// RFC 9110 section 5.5: visible characters, blanks and tabs; above all no line end.
bool is_header_value(std::string_view value) {
    return value.size() <= HeaderList::kMaxValueBytes && std::ranges::all_of(value, [](char c) {
        return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) || c == '\t';
    });
}

std::string_view usual_name(std::string_view name) {
    for (const OptionHeader& option : kOptionHeaders) {
        if (ascii::iequals(option.option, name)) {
            return option.header;
        }
    }
    const auto* const spelled = std::ranges::find_if(
        kSpelling, [name](std::string_view known) { return ascii::iequals(known, name); });
    return spelled != kSpelling.end() ? *spelled : name;
}

} // namespace

void HeaderList::set(std::string_view name, std::string_view value) {
    name = usual_name(ascii::trim(name));
    value = ascii::trim(value);
    if (value.empty()) {
        return;
    }
    if (!is_header_name(name) || !is_header_value(value) || contains(kReserved, name)) {
        ++refused_;
        return;
    }
    const auto known = std::ranges::find_if(
        items_, [name](const M3uPair& item) { return ascii::iequals(item.name, name); });
    if (known != items_.end()) {
        known->value = utf8::from_unknown(value);
    } else if (items_.size() < kMaxHeaders) {
        items_.push_back({std::string(name), utf8::from_unknown(value)});
    } else {
        ++refused_;
    }
}

void HeaderList::set_all(const HeaderList& others) {
    for (const M3uPair& item : others.items_) {
        set(item.name, item.value);
    }
}

void HeaderList::set_from_pairs(std::string_view pairs) {
    while (!pairs.empty()) {
        const std::string_view pair = pairs.substr(0, pairs.find('&'));
        pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) {
            continue;
        }
        std::string_view name = ascii::trim(pair.substr(0, equals));
        const bool custom = name.starts_with('!');
        if (custom) {
            name.remove_prefix(1);
        }
        if (custom || !contains(kPlayerSettings, name)) {
            set(percent::decode(name), percent::decode(pair.substr(equals + 1)));
        }
    }
}

void HeaderList::set_from_json(std::string_view json) {
    const nlohmann::json headers = nlohmann::json::parse(json, nullptr, false);
    if (!headers.is_object()) {
        ++refused_;
        return;
    }
    for (const auto& [name, value] : headers.items()) {
        if (value.is_string()) {
            set(name, value.get_ref<const std::string&>());
        } else if (value.is_number()) {
            set(name, value.dump());
        }
    }
}

bool HeaderList::set_from_option(std::string_view name, std::string_view value) {
    for (const OptionHeader& option : kOptionHeaders) {
        if (ascii::iequals(option.option, name)) {
            set(option.header, value);
            return true;
        }
    }
    return false;
}

void HeaderList::clear() {
    items_.clear();
    refused_ = 0;
}

} // namespace plex_tuner::provider
