// SPDX-License-Identifier: GPL-3.0-or-later
#include "video_profile.hpp"

namespace plex_tuner::ts {

std::string_view h264_profile(std::uint32_t number, std::uint32_t constraints) noexcept {
    const bool constraint_1 = (constraints & 0x40) != 0;
    const bool is_intra = (constraints & 0x10) != 0;
    switch (number) {
    case 66:
        return constraint_1 ? "Constrained Baseline" : "Baseline";
    case 77:
        return "Main";
    case 88:
        return "Extended";
    case 100:
        return "High";
    case 110:
        return is_intra ? "High 10 Intra" : "High 10";
    case 122:
        return is_intra ? "High 4:2:2 Intra" : "High 4:2:2";
    case 244:
        return is_intra ? "High 4:4:4 Intra" : "High 4:4:4 Predictive";
    case 44:
        return "CAVLC 4:4:4";
    case 118:
        return "Multiview High";
    case 128:
        return "Stereo High";
    default:
        return {};
    }
}

std::string_view hevc_profile(std::uint32_t number) noexcept {
    switch (number) {
    case 1:
        return "Main";
    case 2:
        return "Main 10";
    case 3:
        return "Main Still Picture";
    case 4:
        return "Rext";
    case 9:
        return "Scc";
    default:
        return {};
    }
}

std::string_view mpeg2_profile(std::uint32_t indication) noexcept {
    if ((indication & 0x80) != 0) { // the escape; 2 and 5 are levels of 4:2:2
        return (indication & 0x0F) == 2 || (indication & 0x0F) == 5 ? "4:2:2" : "";
    }
    switch (indication >> 4) {
    case 1:
        return "High";
    case 2:
        return "Spatially Scalable";
    case 3:
        return "SNR Scalable";
    case 4:
        return "Main";
    case 5:
        return "Simple";
    default:
        return {};
    }
}

} // namespace plex_tuner::ts
