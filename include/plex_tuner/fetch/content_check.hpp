// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <string_view>

namespace plex_tuner::fetch {

/// What a body looks like that may not be what was asked for. Providers and the fronts before them
/// answer 200 with a login page, a challenge or nothing at all.
enum class BodyKind {
    other, ///< nothing known against it
    empty,
    html,
    cloudflare_challenge, ///< "Just a moment…" and its kin; only time or a browser helps
    json,
};

/// "an HTML page", "a Cloudflare challenge page", "JSON", "an empty body", "content".
[[nodiscard]] std::string_view to_string(BodyKind kind) noexcept;

/// Looks at the first bytes of a body (decoded; 1 KiB is plenty, more does no harm), helped by
/// status and headers. Never looks at Content-Type alone: it lies. `first` empty means the body is.
[[nodiscard]] BodyKind classify_body(
    int status, const HeaderList& headers, std::string_view first) noexcept;

/// The answer came through a Cloudflare front, whatever it says.
[[nodiscard]] bool is_from_cloudflare(const HeaderList& headers) noexcept;

/// The error for a body of an unwanted kind: empty_body or blocked, naming kind and redacted URL.
[[nodiscard]] Error unwanted_body(BodyKind kind, const Url& url);

} // namespace plex_tuner::fetch
