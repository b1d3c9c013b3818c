// SPDX-License-Identifier: GPL-3.0-or-later
#include "latm_header.hpp"

#include "aac_profile.hpp"
#include "bit_reader.hpp"

#include <array>

namespace plex_tuner::ts {
namespace {

constexpr std::size_t kSyncBytes = 3;
constexpr std::uint32_t kSpectralBandReplication = 5;
constexpr std::uint32_t kParametricStereo = 29;
constexpr std::uint32_t kEscape = 31;

/// LatmGetValue() of 1.7.3.
void skip_latm_value(BitReader& reader) noexcept {
    reader.skip(8 * (reader.bits(2) + std::size_t{1}));
}

/// GetAudioObjectType() of 1.6.2.1.
std::uint32_t object_type(BitReader& reader) noexcept {
    const std::uint32_t type = reader.bits(5);
    return type == kEscape ? 32 + reader.bits(6) : type;
}

/// By samplingFrequencyIndex, or in full; 0: reserved.
std::uint32_t sampling_rate(BitReader& reader) noexcept {
    constexpr std::array<std::uint32_t, 13> kRates{96'000, 88'200, 64'000, 48'000, 44'100, 32'000,
        24'000, 22'050, 16'000, 12'000, 11'025, 8'000, 7'350};
    constexpr std::uint32_t kInFull = 15;
    const std::uint32_t index = reader.bits(4);
    if (index == kInFull) {
        const std::uint32_t rate = reader.bits(24);
        return rate <= kRates.front() ? rate : 0;
    }
    return index < kRates.size() ? kRates[index] : 0;
}

/// AudioSpecificConfig() of 1.6.2.1, as far as it is of interest.
void read_format(BitReader& reader, AudioHeader& header) noexcept {
    constexpr std::array<std::uint8_t, 8> kChannels{0, 1, 2, 3, 4, 5, 6, 8};
    std::uint32_t type = object_type(reader);
    header.sample_rate = sampling_rate(reader);
    const std::uint32_t configuration = reader.bits(4);
    header.channels = configuration < kChannels.size() ? kChannels[configuration] : 0;
    header.profile = aac_profile_of_object(type);
    if (type == kSpectralBandReplication || type == kParametricStereo) {
        (void)sampling_rate(reader); // of the extension
        type = object_type(reader);
    }
    if (type == kParametricStereo) {
        header.profile = aac_profile_of_object(type);
    }
}

} // namespace

std::optional<AudioHeader> parse_latm(Bytes bytes) noexcept {
    if (bytes.size() < kSyncBytes || bytes[0] != 0x56 || (bytes[1] & 0xE0) != 0xE0) {
        return std::nullopt;
    }
    AudioHeader header{
        .codec = Codec::aac_latm, .frame_bytes = kSyncBytes + ((bytes[1] & 0x1FU) << 8 | bytes[2])};
    BitReader reader(bytes.subspan(kSyncBytes));
    if (reader.flag()) { // useSameStreamMux
        header.has_no_format = true;
        return header;
    }
    const bool is_version_1 = reader.flag();
    if (is_version_1 && reader.flag()) {
        return header; // of a form that is reserved
    }
    if (is_version_1) {
        skip_latm_value(reader); // buffer fullness
    }
    reader.skip(1 + 6 + 4 + 3); // framing, subframes, programmes, layers
    if (is_version_1) {
        skip_latm_value(reader); // length of the format
    }
    read_format(reader, header);
    return reader.overrun() ? std::nullopt : std::optional(header);
}

} // namespace plex_tuner::ts
