// SPDX-License-Identifier: GPL-3.0-or-later
#include "aac_profile.hpp"

namespace plex_tuner::ts {
namespace {

constexpr std::uint8_t kMpeg4AudioDescriptor = 0x1C;
constexpr std::uint8_t kAacDescriptor = 0x7C;
constexpr std::uint32_t kSpectralBandReplication = 5;
constexpr std::uint32_t kParametricStereo = 29;

/// audioProfileLevelIndication (ISO/IEC 14496-3 table 1.14).
std::string_view profile_of_level(std::uint8_t level) noexcept {
    switch (level) {
    case 0x28:
    case 0x29:
    case 0x2A:
    case 0x2B:
    case 0x50:
    case 0x51:
        return kAacLc;
    case 0x2C:
    case 0x2D:
    case 0x2E:
    case 0x2F:
    case 0x52:
    case 0x53:
        return aac_profile_of_object(kSpectralBandReplication);
    case 0x30:
    case 0x31:
    case 0x32:
    case 0x33:
    case 0x54:
    case 0x55:
        return aac_profile_of_object(kParametricStereo);
    default:
        return {};
    }
}

} // namespace

std::string_view aac_profile_of_object(std::uint32_t type) noexcept {
    switch (type) {
    case 1:
        return "Main";
    case 2:
        return kAacLc;
    case 3:
        return "SSR";
    case 4:
        return "LTP";
    case kSpectralBandReplication:
        return "HE-AAC";
    case kParametricStereo:
        return "HE-AACv2";
    default:
        return {};
    }
}

std::string_view aac_profile_of_descriptors(Bytes descriptors) noexcept {
    while (descriptors.size() >= 2 && descriptors.size() >= 2 + std::size_t{descriptors[1]}) {
        const Bytes body = descriptors.subspan(2, descriptors[1]);
        if ((descriptors[0] == kMpeg4AudioDescriptor || descriptors[0] == kAacDescriptor) &&
            !body.empty()) {
            return profile_of_level(body[0]);
        }
        descriptors = descriptors.subspan(2 + body.size());
    }
    return {};
}

} // namespace plex_tuner::ts
