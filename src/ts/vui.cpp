// SPDX-License-Identifier: GPL-3.0-or-later
#include "vui.hpp"

namespace plex_tuner::ts {

namespace {

constexpr std::uint8_t kExtendedAspect = 255;

/// Aspect, overscan, signal and chroma location: the same in both.
void skip_display(BitReader& reader) noexcept {
    if (reader.flag() && reader.bits(8) == kExtendedAspect) {
        reader.skip(32);
    }
    if (reader.flag()) {
        reader.skip(1); // overscan
    }
    if (reader.flag()) {
        reader.skip(4);
        if (reader.flag()) {
            reader.skip(24);
        }
    }
    if (reader.flag()) {
        reader.skip_golombs(2); // where chroma samples are
    }
}

void read_timing(BitReader& reader, Vui& vui) noexcept {
    if (reader.flag()) {
        vui.units = reader.bits(32);
        vui.scale = reader.bits(32);
    }
}

} // namespace

Vui read_h264_vui(BitReader& reader) noexcept {
    Vui vui;
    skip_display(reader);
    read_timing(reader, vui);
    return vui;
}

Vui read_hevc_vui(BitReader& reader) noexcept {
    Vui vui;
    skip_display(reader);
    reader.skip(1);
    vui.fields = reader.flag();
    reader.skip(1);
    if (reader.flag()) {
        reader.skip_golombs(4); // default display window
    }
    read_timing(reader, vui);
    return vui;
}

} // namespace plex_tuner::ts
