// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::utf8 {

/// Well-formed by Unicode table 3-7: no overlongs, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_valid(std::string_view bytes) noexcept;

/// Returns `bytes` as valid UTF-8: unchanged when it already is, else the whole text is taken for
/// Windows-1252 (a superset of Latin-1's printable part), which never fails.
[[nodiscard]] std::string from_unknown(std::string_view bytes);

/// Returns `bytes` as valid UTF-8: each byte that belongs to no well-formed sequence is taken for
/// Windows-1252. For text that is UTF-8 but for a few bytes.
[[nodiscard]] std::string repaired(std::string_view bytes);

/// Appends one code point; values that are no scalar value become U+FFFD.
void append(std::string& out, char32_t code_point);

/// The code point of a byte in Windows-1252; undefined bytes map to U+FFFD.
[[nodiscard]] char32_t windows_1252(std::uint8_t byte) noexcept;

/// Takes the first code point off `bytes`, which must not be empty; a byte that belongs to no
/// well-formed sequence is U+FFFD.
[[nodiscard]] char32_t take(std::string_view& bytes) noexcept;

/// `text` cut to at most `max_bytes` at a code point boundary.
[[nodiscard]] std::string_view truncate(std::string_view text, std::size_t max_bytes) noexcept;

} // namespace plex_tuner::utf8
