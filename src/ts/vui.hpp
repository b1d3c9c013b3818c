// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bit_reader.hpp"

#include <cstdint>

namespace plex_tuner::ts {

/// What a sequence parameter set says beside the pictures themselves (video usability information,
/// annex E of H.264 and H.265), up to their timing.
struct Vui {
    bool fields = false;     ///< each picture is a field; H.265 only
    std::uint64_t units = 0; ///< a tick lasts units / scale seconds; both 0: not said
    std::uint64_t scale = 0;
};

/// vui_parameters() of E.1.1 and of E.2.1. Whether the reader has overrun is for the caller to see.
[[nodiscard]] Vui read_h264_vui(BitReader& reader) noexcept;
[[nodiscard]] Vui read_hevc_vui(BitReader& reader) noexcept;

} // namespace plex_tuner::ts
