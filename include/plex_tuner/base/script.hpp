// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plex_tuner {

/// Whether a code point is a letter of the Latin script, of another one, or no letter.
enum class Script { none, latin, other };

[[nodiscard]] Script script_of(char32_t code_point) noexcept;

struct LetterCount {
    std::size_t latin = 0;
    std::size_t other = 0;
};

/// The letters of UTF-8 text.
[[nodiscard]] LetterCount count_letters(std::string_view text) noexcept;

/// At least three letters of other scripts, and more of them than Latin ones.
[[nodiscard]] bool is_mostly_non_latin(std::string_view text) noexcept;

/// `text` (UTF-8) in lower case for comparing: ASCII and Latin letters without their accents
/// ("É" is "e", "ß" is "ss"), Greek and Cyrillic in lower case, full-width and superscript forms
/// as the plain ones ("ᴴᴰ" is "hd"), all else as it is. Not for showing.
[[nodiscard]] std::string folded(std::string_view text);

} // namespace plex_tuner
