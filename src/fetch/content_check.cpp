// SPDX-License-Identifier: GPL-3.0-or-later
#include "response_header.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/fetch/content_check.hpp>

#include <algorithm>
#include <string>

namespace plex_tuner::fetch {

namespace {

/// How far into a body a page's giveaways are looked for.
constexpr std::size_t kLookAt = 4096;

constexpr std::string_view kPageStarts[] = {"<!doctype html", "<html", "<head", "<body", "<title",
    "<script", "<meta", "<center", "<h1", "<div"};

constexpr std::string_view kChallengeWords[] = {"/cdn-cgi/challenge-platform", "cf-chl-", "cf_chl_",
    "cf-browser-verification", "<title>just a moment", "checking your browser",
    "attention required! | cloudflare", "cf-error-details"};

/// Drops what may stand before the first element: byte order mark, blanks, comments and
/// processing instructions.
std::string_view skip_prologue(std::string_view text) noexcept {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    for (;;) {
        text = ascii::trim(text);
        std::string_view end;
        if (text.starts_with("<!--")) {
            end = "-->";
        } else if (text.starts_with("<?")) {
            end = "?>";
        } else {
            return text;
        }
        const std::size_t at = text.find(end);
        if (at == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(at + end.size());
    }
}

bool is_page(std::string_view text) noexcept {
    return std::ranges::any_of(kPageStarts, [&](std::string_view start) {
        if (!ascii::istarts_with(text, start)) {
            return false;
        }
        const std::string_view rest = text.substr(start.size());
        return rest.empty() || !(ascii::is_alnum(rest.front()) || rest.front() == '-');
    });
}

bool is_json(std::string_view text) noexcept {
    if (text.size() < 2 || (text.front() != '{' && text.front() != '[')) {
        return false;
    }
    const std::string_view inside = ascii::trim(text.substr(1));
    if (inside.empty()) {
        return false;
    }
    const char next = inside.front();
    if (text.front() == '{') {
        return next == '"' || next == '}';
    }
    return next == '{' || next == '[' || next == ']' || next == '"' || next == '-' ||
           ascii::is_digit(next) || inside.starts_with("true") || inside.starts_with("false") ||
           inside.starts_with("null");
}

bool is_challenge_status(int status) noexcept {
    return status == 403 || status == 429 || status == 503 || (status >= 520 && status <= 527);
}

} // namespace

std::string_view to_string(BodyKind kind) noexcept {
    switch (kind) {
    case BodyKind::other:
        return "content";
    case BodyKind::empty:
        return "an empty body";
    case BodyKind::html:
        return "an HTML page";
    case BodyKind::cloudflare_challenge:
        return "a Cloudflare challenge page";
    case BodyKind::json:
        return "JSON";
    }
    return "content";
}

bool is_from_cloudflare(const HeaderList& headers) noexcept {
    constexpr std::string_view kSigns[] = {
        "CF-RAY", "CF-Cache-Status", "CF-Request-ID", "CF-Worker"};
    const auto server = find_header(headers, "Server");
    return (server && ascii::icontains(*server, "cloudflare")) ||
           std::ranges::any_of(kSigns,
               [&](std::string_view name) { return find_header(headers, name).has_value(); });
}

BodyKind classify_body(int status, const HeaderList& headers, std::string_view first) noexcept {
    if (const auto mitigated = find_header(headers, "cf-mitigated");
        mitigated && ascii::iequals(*mitigated, "challenge")) {
        return BodyKind::cloudflare_challenge;
    }
    if (first.empty()) {
        return BodyKind::empty;
    }
    const std::string_view look = first.substr(0, kLookAt);
    const std::string_view text = skip_prologue(look);
    if (is_page(text)) {
        const bool has_words = std::ranges::any_of(
            kChallengeWords, [&](std::string_view word) { return ascii::icontains(look, word); });
        const bool refused = is_from_cloudflare(headers) && is_challenge_status(status);
        return has_words || refused ? BodyKind::cloudflare_challenge : BodyKind::html;
    }
    return is_json(text) ? BodyKind::json : BodyKind::other;
}

Error unwanted_body(BodyKind kind, const Url& url) {
    if (kind == BodyKind::empty) {
        return {ErrorCode::empty_body, "the answer of " + url.redacted() + " is empty"};
    }
    std::string message =
        url.redacted() + " answers with " + std::string(to_string(kind)) + " instead of content";
    if (kind == BodyKind::cloudflare_challenge) {
        message += "; it keeps us out for now";
    }
    return {ErrorCode::blocked, std::move(message)};
}

} // namespace plex_tuner::fetch
