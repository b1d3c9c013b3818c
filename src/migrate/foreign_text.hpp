// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::migrate {

/// Whether there is no control character in it, a line break above all.
[[nodiscard]] bool is_one_line(std::string_view text) noexcept;

/// For a terminal: control characters, those of two bytes (U+0080 to U+009F) too, become '?'.
[[nodiscard]] std::string printable(std::string_view text);

/// Texts are "-" where nothing was chosen.
[[nodiscard]] bool is_chosen(std::string_view text) noexcept;

/// A name or an id on one line, as a table of channels can have it; "-" is none, here as there.
[[nodiscard]] std::string plain_text(std::string_view text);

} // namespace plex_tuner::migrate
