// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "audio_header.hpp"

#include <optional>

namespace plex_tuner::ts {

/// Bytes in which the format of a LATM frame has room.
inline constexpr std::size_t kLatmHeaderBytes = 32;

/// A frame of LOAS (AudioSyncStream, ISO/IEC 14496-3 1.7.2) and, where it has one, the format of
/// its first layer. nullopt: there is none at `bytes`, or they end before the format does.
[[nodiscard]] std::optional<AudioHeader> parse_latm(Bytes bytes) noexcept;

} // namespace plex_tuner::ts
