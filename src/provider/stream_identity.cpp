// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_identity.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/url.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace plex_tuner::provider {
namespace {

constexpr std::size_t kMaxReadableBytes = 48;
/// 40 bits: among 10,000 channels of one name two meet by chance once in 20,000 lists.
constexpr std::size_t kHashDigits = 10;
constexpr std::size_t kMaxSegments = 64;
constexpr std::size_t kMaxQueryPairs = 64;

/// Query names that change from refresh to refresh: times, signatures, sessions; and account names.
constexpr std::array<std::string_view, 34> kVolatileKeys = {"begin", "cdn_session", "e", "end",
    "exp", "expire", "expires", "expiry", "hash", "hdnea", "hdntl", "hdnts", "hmac", "login", "mac",
    "nonce", "nva", "nvb", "policy", "rand", "random", "session", "session_id", "sessionid", "sid",
    "sn", "st", "start", "t", "time", "timestamp", "ts", "user", "username"};
constexpr std::array<std::string_view, 6> kVolatileParts = {
    "token", "sign", "wmsauth", "secret", "session", "key-pair"};

constexpr std::array<std::string_view, 12> kFileExtensions = {
    "mp4", "mkv", "avi", "mov", "m4v", "wmv", "flv", "webm", "mpg", "mpeg", "divx", "vob"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::any_of(
        names, [name](std::string_view known) { return ascii::iequals(known, name); });
}

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty() && segments.size() < kMaxSegments) {
        path.remove_prefix(1);
        segments.push_back(path.substr(0, path.find('/')));
        path.remove_prefix(segments.back().size());
    }
    return segments;
}

std::string_view without_extension(std::string_view file) {
    const std::size_t dot = file.rfind('.');
    return dot == std::string_view::npos ? file : file.substr(0, dot);
}

std::string_view extension_of(std::string_view file) {
    const std::size_t dot = file.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : file.substr(dot + 1);
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, ascii::is_digit);
}

bool has_segment_like(std::string_view url, std::string_view start) {
    for (std::size_t at = url.find('/'); at != std::string_view::npos; at = url.find('/', at + 1)) {
        if (ascii::istarts_with(url.substr(at + 1), start)) {
            return true;
        }
    }
    return false;
}

/// "live/12345" for an Xtream-like path, else empty.
std::string xtream_identity(std::span<const std::string_view> segments) {
    if (segments.size() < 3) {
        return {};
    }
    const std::string_view id = without_extension(segments.back());
    if (segments.size() == 3 && is_number(id)) {
        return "live/" + std::string(id);
    }
    if (segments.size() >= 4 && !id.empty()) {
        constexpr std::array<std::string_view, 3> kKinds = {"live", "movie", "series"};
        const std::string_view kind = segments[segments.size() - 4];
        if (contains(kKinds, kind)) {
            return ascii::lower(kind) + "/" + std::string(id);
        }
    }
    return {};
}

bool is_volatile(std::string_view key) {
    return is_secret_key(key) || contains(kVolatileKeys, key) ||
           std::ranges::any_of(kVolatileParts,
               [key](std::string_view part) { return ascii::icontains(key, part); });
}

std::string lasting_query(std::string_view query) {
    std::vector<std::string_view> pairs;
    while (!query.empty() && pairs.size() < kMaxQueryPairs) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (!pair.empty() && !is_volatile(pair.substr(0, pair.find('=')))) {
            pairs.push_back(pair);
        }
    }
    std::ranges::sort(pairs);
    std::string text;
    for (const std::string_view pair : pairs) {
        text.append(1, '&').append(pair);
    }
    return text;
}

/// Unreserved characters of `text` (RFC 3986 section 2.3), runs of others as one '-'.
std::string readable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (out.size() == kMaxReadableBytes) {
            break;
        }
        if (ascii::is_alnum(c) || c == '.' || c == '_' || c == '~') {
            out.push_back(c);
        } else if (!out.empty() && out.back() != '-') {
            out.push_back('-');
        }
    }
    while (!out.empty() && (out.back() == '-' || out.back() == '.')) {
        out.pop_back();
    }
    out.erase(0, out.find_first_not_of("-."));
    return out;
}

std::string with_hash(std::string start, std::string_view text, std::string_view identity) {
    const Fnv1a hash = Fnv1a().add(text).add({"\0", 1}).add(identity);
    if (start.empty()) {
        start = "channel";
    }
    return start + "-" + hash.hex().substr(0, kHashDigits);
}

} // namespace

std::string stream_identity(std::string_view url_text, IdentityDetail detail) {
    const Result<Url> url = Url::parse(url_text);
    if (!url) {
        return std::string(url_text);
    }
    std::string identity = ascii::lower(url->host());
    if (!url->is_http()) { // one group carries a channel on each port
        identity.append(1, ':').append(std::to_string(url->port()));
    }
    if (detail != IdentityDetail::path) {
        if (std::string xtream = xtream_identity(segments_of(url->path())); !xtream.empty()) {
            return detail == IdentityDetail::host ? identity + "/" + xtream : xtream;
        }
    }
    return identity.append(url->path()).append(1, '?').append(lasting_query(url->query()));
}

bool is_vod_url(std::string_view url_text) {
    // Nearly every URL of a channel list is settled without taking it apart.
    if (!has_segment_like(url_text, "movie") && !has_segment_like(url_text, "series")) {
        return false;
    }
    const Result<Url> url = Url::parse(url_text);
    if (!url) {
        return false;
    }
    constexpr std::array<std::string_view, 3> kKinds = {"movie", "movies", "series"};
    const std::vector<std::string_view> segments = segments_of(url->path());
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        if (contains(kKinds, segments[i])) {
            const bool xtream =
                i + 4 == segments.size() && is_number(without_extension(segments.back()));
            return xtream || contains(kFileExtensions, extension_of(segments.back()));
        }
    }
    return false;
}

std::string channel_id_from_tvg_id(std::string_view tvg_id) {
    std::string id = readable(tvg_id);
    return id == tvg_id ? id : with_hash(std::move(id), tvg_id, {});
}

std::string channel_id_from_stream(
    std::string_view tvg_id, std::string_view name, std::string_view url, IdentityDetail detail) {
    const std::string_view text = tvg_id.empty() ? name : tvg_id;
    return with_hash(readable(text), text, stream_identity(url, detail));
}

} // namespace plex_tuner::provider
