// SPDX-License-Identifier: GPL-3.0-or-later
// Escaping for the small documents we write ourselves (lineup, discover, device, guide).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plex_tuner {

/// Appends `text` for XML content and attribute values: & < > " ' escaped, bytes that XML 1.0
/// forbids dropped. `text` must be valid UTF-8.
void append_xml(std::string& out, std::string_view text);
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). Invalid UTF-8 is repaired.
void append_json_string(std::string& out, std::string_view text);
[[nodiscard]] std::string json_quoted(std::string_view text);

/// How many bytes at the start of `text` stand for themselves in a JSON string, written or read:
/// everything but quote, backslash and control characters.
[[nodiscard]] std::size_t json_plain_length(std::string_view text) noexcept;

/// Appends `text` for HTML content and attribute values.
void append_html(std::string& out, std::string_view text);

} // namespace plex_tuner
