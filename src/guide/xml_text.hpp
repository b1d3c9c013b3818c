// SPDX-License-Identifier: GPL-3.0-or-later
// Text of the guide as it is written. Beyond plain escaping it avoids what tv_validate_file takes
// for damage: C1 controls, U+FFFD, and U+FFFD that was decoded as Latin-1 and encoded again.
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::guide {

/// Appends `text`, which must be valid UTF-8, for element content: & < > escaped, carriage returns
/// as blanks, characters that XML forbids dropped, C1 controls as the Windows-1252 characters they
/// were meant to be, U+FFFD as '?'. Text may come in pieces: call end_text once at the end.
void append_text(std::string& out, std::string_view text);

/// The same within double quotes; white space becomes blanks. Ends the text itself.
void append_attribute(std::string& out, std::string_view text);

/// Finishes the text in out from `begin` on: trims white space at both ends (Unicode's as well when
/// nothing else is there) and mends doubly encoded replacement characters. False, and everything
/// from `begin` on removed, when nothing visible is left.
[[nodiscard]] bool end_text(std::string& out, std::size_t begin);

} // namespace plex_tuner::guide
