// SPDX-License-Identifier: GPL-3.0-or-later
// What a download is when it is not what was asked for, told from its first bytes.
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// "gzip data", "a ZIP archive", "UTF-16 text" and so on by magic bytes; empty for none of them.
[[nodiscard]] std::string_view magic_kind(std::string_view first_bytes) noexcept;

/// "an HTML page", "an XMLTV guide", "an XML document" or "markup", for text that starts with '<'.
[[nodiscard]] std::string_view markup_kind(std::string_view text) noexcept;

/// Control characters but for white space, which text has no use for.
[[nodiscard]] bool is_binary(std::string_view text) noexcept;

/// The start of `text` for an error: redacted, one line, at most 80 bytes.
[[nodiscard]] std::string quoted_start(std::string_view text);

} // namespace plex_tuner::provider
