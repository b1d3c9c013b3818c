// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner {

/// Replaces the credentials of every URL found anywhere in `text` (see Url::redacted), and of bare
/// "key=value" pairs whose key names a secret. Made for foreign text: library error messages,
/// server answers quoted in errors.
[[nodiscard]] std::string redact_text(std::string_view text);

/// True when a query or header key names a secret: password, pass, token, auth, key, …
[[nodiscard]] bool is_secret_key(std::string_view key) noexcept;

} // namespace plex_tuner
