// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace plex_tuner::guide {

/// A single-byte character set whose lower half is ASCII.
struct Charset {
    std::uint8_t first;        ///< the byte of upper[0]; those from 0x80 up to it are C1 controls
    std::u16string_view upper; ///< code points of the bytes from `first` to 0xFF
};

/// By name in lower case, letters and digits only ("windows1250", "iso88592"). ISO-8859-1 and -9
/// are read as their Windows supersets, as browsers do: feeds that declare them hold such bytes.
/// Null when unknown.
[[nodiscard]] const Charset* find_charset(std::string_view normalised_name) noexcept;

} // namespace plex_tuner::guide
