// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <string_view>

namespace plex_tuner::ts {

inline constexpr std::string_view kAacLc = "LC";

/// The profile of an audio object type (ISO/IEC 14496-3 table 1.17): "Main", "LC", "SSR", "LTP",
/// "HE-AAC", "HE-AACv2"; empty for others.
[[nodiscard]] std::string_view aac_profile_of_object(std::uint32_t type) noexcept;

/// What the PMT says of an AAC stream, in the MPEG-4 audio descriptor (ISO/IEC 13818-1 2.6.38) or
/// the AAC descriptor (ETSI EN 300 468 annex H): "LC", "HE-AAC" or "HE-AACv2"; empty: nothing.
/// `descriptors`: the ES info loop.
[[nodiscard]] std::string_view aac_profile_of_descriptors(Bytes descriptors) noexcept;

} // namespace plex_tuner::ts
