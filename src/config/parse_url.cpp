// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_url.hpp"

#include "parse_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <array>
#include <system_error>

namespace plex_tuner::config {
namespace {

constexpr std::string_view kMask = "***";

[[nodiscard]] std::string without_escaped_ampersands(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '&') {
            continue;
        }
        out.push_back(text[i]);
    }
    return out;
}

/// file:///path and file://localhost/path (RFC 8089).
[[nodiscard]] std::optional<Location> file_url_path(const Url& url) {
    const bool local = url.host().empty() || ascii::iequals(url.host(), "localhost");
    if (!local || !url.path().starts_with('/') || !url.query().empty()) {
        return std::nullopt;
    }
    const auto path = parse_path(percent::decode(url.path()));
    return path ? std::optional<Location>(*path) : std::nullopt;
}

/// "provider.example:8080/get.php?username=U&password=P", "//provider.example/live/U/P/1.ts"
[[nodiscard]] bool is_url_without_scheme(std::string_view text) {
    constexpr std::array<std::string_view, 6> kMarks = {
        "/live/", "/movie/", "/series/", "/get.php", "/player_api.php", "/xmltv.php"};
    std::string rest(text.substr(text.starts_with("//") ? 2U : 0U));
    std::ranges::replace_if(rest, ascii::is_space, '_');
    const std::string_view authority = std::string_view(rest).substr(0, rest.find_first_of("/?"));
    if (authority.empty() || authority.starts_with('.') ||
        authority.find_first_of(".:") == std::string_view::npos) {
        return false;
    }
    const auto url = Url::parse("http://" + rest);
    return url && (url->query().contains('=') || !url->userinfo().empty() ||
                      std::ranges::any_of(kMarks, [&](std::string_view mark) {
                          return ascii::icontains(url->path(), mark);
                      }));
}

} // namespace

std::optional<Url> parse_http_url(std::string_view text) {
    const auto url = Url::parse(without_escaped_ampersands(text));
    return url && url->is_http() ? std::optional<Url>(*url) : std::nullopt;
}

std::optional<std::vector<Url>> parse_http_urls(std::string_view text) {
    std::vector<Url> urls;
    for (const std::string_view part : ascii::split_list(text)) {
        auto url = parse_http_url(part);
        if (!url) {
            return std::nullopt;
        }
        if (std::ranges::find(urls, *url) == urls.end()) {
            urls.push_back(*std::move(url));
        }
    }
    return urls;
}

std::optional<Location> parse_location(std::string_view text) {
    text = ascii::trim(text);
    const auto starts_like = [&](std::string_view scheme) {
        return ascii::istarts_with(text, scheme);
    };
    if (text.contains("://") || starts_like("http:") || starts_like("https:") ||
        starts_like("file:")) {
        const auto url = Url::parse(without_escaped_ampersands(text));
        if (url && url->is_http()) {
            return *url;
        }
        return url && url->is_scheme("file") ? file_url_path(*url) : std::nullopt;
    }
    const auto path = parse_path(text);
    if (!path || path->empty()) {
        return std::nullopt;
    }
    std::error_code ignored;
    if (is_url_without_scheme(text) && !std::filesystem::exists(*path, ignored)) {
        return std::nullopt;
    }
    return Location(*path);
}

std::optional<std::string> parse_advertised_url(std::string_view text) {
    const auto url = parse_http_url(text);
    if (!url || url->text().find_first_of("?#") != std::string::npos || !url->userinfo().empty()) {
        return std::nullopt;
    }
    std::string base = url->text();
    while (base.ends_with('/')) {
        base.pop_back();
    }
    return base;
}

std::string redact_rejected_url(std::string_view text) {
    std::string out = redact_text(text);
    // Without a scheme the redactor cannot know that "user:password@host" is a URL. Everything up
    // to the last such '@' goes: a password may hold any separator.
    for (std::size_t at = out.rfind('@'); at != std::string::npos && at > 0;
        at = out.rfind('@', at - 1)) {
        if (!std::string_view(out).substr(0, at).ends_with(kMask)) {
            out.replace(0, at, kMask);
            break;
        }
    }
    return out;
}

} // namespace plex_tuner::config
