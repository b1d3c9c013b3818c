// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::percent {

/// RFC 3986 percent-encoding of everything but unreserved characters: safe in one path segment and
/// in a query value.
[[nodiscard]] std::string encode(std::string_view text);

/// Decodes %XX; malformed sequences are kept as they are. '+' is left alone.
[[nodiscard]] std::string decode(std::string_view text);

/// decode, and '+' means blank (application/x-www-form-urlencoded).
[[nodiscard]] std::string decode_form(std::string_view text);

} // namespace plex_tuner::percent
