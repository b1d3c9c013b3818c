// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <cstdint>

namespace plex_tuner::provider {
namespace {

constexpr std::size_t kMaxSchemeBytes = 16;
constexpr std::size_t kMaxNumberBytes = 12;

bool is_control(char c) {
    return static_cast<std::uint8_t>(c) < 0x20 || c == '\x7F';
}

bool is_http(std::string_view scheme) {
    return ascii::iequals(scheme, "http") || ascii::iequals(scheme, "https");
}

} // namespace

std::string clean_text(std::string_view text) {
    std::string clean(ascii::trim(text));
    // Looking first, without an exit from the loop, lets the compiler look at many bytes at once.
    bool any = false;
    for (const char c : clean) {
        any |= is_control(c);
    }
    if (any) {
        std::ranges::replace_if(clean, is_control, ' ');
    }
    return clean;
}

namespace {

/// "/epg.xml", "../guide.xml.gz", "guide.xml": relative to where the playlist came from.
bool is_relative_reference(std::string_view text) {
    return scheme_of(text).empty() && text.find(' ') == std::string_view::npos &&
           (text.starts_with('/') || text.starts_with('.') || ascii::icontains(text, ".xml"));
}

} // namespace

std::vector<std::string> split_urls(std::string_view list) {
    std::vector<std::string> urls;
    bool inside = false;
    for (const std::string_view part : ascii::split_list(list)) {
        if (const std::string_view scheme = scheme_of(part); !scheme.empty()) {
            inside = is_http(scheme);
            if (inside) {
                urls.emplace_back(part);
            }
        } else if (inside) {
            urls.back().append(",").append(part);
        } else if (is_relative_reference(part)) {
            urls.emplace_back(part);
        }
    }
    std::erase_if(urls,
        [](const std::string& url) { return !is_relative_reference(url) && !Url::parse(url); });
    return urls;
}

std::string name_from_url(std::string_view text) {
    const Result<Url> url = Url::parse(text);
    if (!url) {
        return "?";
    }
    // Taken from the redacted form: a path may end in a password.
    const Result<Url> harmless = Url::parse(url->redacted());
    std::string_view path = harmless ? harmless->path() : std::string_view();
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    std::string_view file = path.substr(path.rfind('/') + 1);
    if (const std::size_t dot = file.rfind('.'); dot != std::string_view::npos) {
        file = file.substr(0, dot);
    }
    std::string name = file.find("***") == std::string_view::npos
                           ? clean_text(utf8::from_unknown(percent::decode(file)))
                           : std::string();
    // "udp://@:1234" has no host, either.
    const std::string where = url->host().empty() ? url->redacted() : std::string(url->host());
    return name.empty() ? clean_text(utf8::from_unknown(where)) : name;
}

std::string channel_number(std::string_view text) {
    const std::size_t dot = text.find_first_of(".-");
    const std::string_view major = text.substr(0, dot);
    const std::string_view minor = dot == std::string_view::npos ? "0" : text.substr(dot + 1);
    const auto is_digits = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, ascii::is_digit);
    };
    if (text.size() > kMaxNumberBytes || !is_digits(major) || !is_digits(minor) ||
        major.find_first_not_of('0') == std::string_view::npos) {
        return {};
    }
    std::string number(text);
    if (dot != std::string_view::npos) {
        number[dot] = '.';
    }
    return number;
}

std::string_view scheme_of(std::string_view text) {
    const std::string_view scheme = text.substr(0, text.substr(0, kMaxSchemeBytes + 3).find("://"));
    const bool valid =
        scheme.size() <= kMaxSchemeBytes && scheme.size() < text.size() && !scheme.empty() &&
        ascii::is_alpha(scheme.front()) &&
        std::ranges::all_of(
            scheme, [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; });
    return valid ? scheme : std::string_view();
}

} // namespace plex_tuner::provider
