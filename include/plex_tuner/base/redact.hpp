// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner {

/// Masks credentials in foreign text (library error messages, server answers quoted in errors):
///  - every URL anywhere in it (see Url::redacted), malformed ones, JSON-escaped ones ("http:\/\/")
///    and percent-encoded ones ("http%3A%2F%2F") too;
///  - URLs without their scheme ("host:8080/USER/PASS/1", "//host/USER/PASS/1");
///  - bare paths with Xtream credentials ("/live/USER/PASS/1.ts", "/USER/PASS/1.ts");
///  - values of "key=value" pairs and of JSON members ("key":"value") whose key names a secret;
///  - the rest of the line after "Authorization:", "Cookie:" and the like.
[[nodiscard]] std::string redact_text(std::string_view text);

/// True when a query, header or JSON key names a secret or an account: username, password, pass,
/// token, auth, key, api_key, sig, X-Plex-Token and so on; ASCII case and '-' or '_' do not matter.
[[nodiscard]] bool is_secret_key(std::string_view key) noexcept;

} // namespace plex_tuner
