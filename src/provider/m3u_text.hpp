// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

/// Trimmed, control characters as blanks. `text` must be valid UTF-8.
[[nodiscard]] std::string clean_text(std::string_view text);

/// A comma list of URLs, where a comma may also stand inside a URL: parts without a scheme belong
/// to the part before. What comes out is http, https, or relative to the playlist ("/guide.xml").
[[nodiscard]] std::vector<std::string> split_urls(std::string_view list);

/// A name for a channel whose list names it not: the last part of the path without its extension,
/// else the host. Never a part that holds credentials.
[[nodiscard]] std::string name_from_url(std::string_view url);

/// A channel number above zero: digits, or digits.digits, which ATSC writes as digits-digits. Empty
/// when `text` is none.
[[nodiscard]] std::string channel_number(std::string_view text);

/// "http" of "http://…"; empty when the text does not start with a scheme and "://".
[[nodiscard]] std::string_view scheme_of(std::string_view text);

} // namespace plex_tuner::provider
