// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>

namespace plex_tuner::ts {

/// CRC-32/MPEG-2 (ISO/IEC 13818-1 annex A): polynomial 04C11DB7, start FFFFFFFF, not reflected, no
/// final xor. Over a whole section with its CRC the result is 0.
[[nodiscard]] std::uint32_t crc32_mpeg(Bytes bytes) noexcept;

} // namespace plex_tuner::ts
