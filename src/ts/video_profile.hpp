// SPDX-License-Identifier: GPL-3.0-or-later
// What profiles are called, by their numbers in sequence headers. Empty: a number without a name.
#pragma once

#include <cstdint>
#include <string_view>

namespace plex_tuner::ts {

/// profile_idc, and the byte of constraint_set flags behind it (H.264 annex A).
[[nodiscard]] std::string_view h264_profile(
    std::uint32_t number, std::uint32_t constraints) noexcept;
/// general_profile_idc (H.265 annex A).
[[nodiscard]] std::string_view hevc_profile(std::uint32_t number) noexcept;
/// profile_and_level_indication (ISO/IEC 13818-2 8).
[[nodiscard]] std::string_view mpeg2_profile(std::uint32_t indication) noexcept;

} // namespace plex_tuner::ts
