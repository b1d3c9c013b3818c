// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio_header.hpp"

#include "aac_profile.hpp"
#include "latm_header.hpp"

#include <array>

namespace plex_tuner::ts {
namespace {

std::optional<AudioHeader> parse_adts(Bytes bytes) noexcept {
    constexpr std::array<std::uint32_t, 13> kRates{96'000, 88'200, 64'000, 48'000, 44'100, 32'000,
        24'000, 22'050, 16'000, 12'000, 11'025, 8'000, 7'350};
    // channel_configuration; 0 is described in the stream itself.
    constexpr std::array<std::uint8_t, 8> kChannels{0, 1, 2, 3, 4, 5, 6, 8};
    const std::size_t rate = bytes[2] >> 2 & 0x0F;
    if (bytes[0] != 0xFF || (bytes[1] & 0xF6) != 0xF0 || rate >= kRates.size()) {
        return std::nullopt;
    }
    const std::size_t configuration = (bytes[2] & 1U) << 2 | bytes[3] >> 6;
    return AudioHeader{.codec = Codec::aac_adts,
        .channels = kChannels[configuration],
        .sample_rate = kRates[rate],
        .frame_bytes = (bytes[3] & 3U) << 11 | std::size_t{bytes[4]} << 3 | bytes[5] >> 5,
        // The profile is the audio object type less one.
        .profile = aac_profile_of_object((bytes[2] >> 6) + 1U)};
}

std::optional<AudioHeader> parse_mpeg_audio(Bytes bytes) noexcept {
    // kbit/s by bitrate_index: layers I, II and III of MPEG-1; I, then II and III of the lower
    // rates. 0 is free format, which nobody sends.
    constexpr std::array<std::array<std::uint16_t, 15>, 5> kBitRates{
        {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
            {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
            {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
            {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
            {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}};
    constexpr std::array<std::uint32_t, 3> kRates{44'100, 48'000, 32'000};
    constexpr unsigned kMpeg1 = 3;
    constexpr unsigned kMpeg2 = 2; // 0 is MPEG-2.5
    const unsigned version = bytes[1] >> 3 & 3U;
    const unsigned layer = 4 - (bytes[1] >> 1 & 3U); // 4 is reserved
    const std::size_t bit_rate = bytes[2] >> 4;
    const std::size_t rate = bytes[2] >> 2 & 3U;
    if (bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0 || version == 1 || layer == 4 ||
        bit_rate == 0 || bit_rate == 15 || rate == 3) {
        return std::nullopt;
    }
    const std::size_t row = version == kMpeg1 ? layer - 1 : (layer == 1 ? 3 : 4);
    const std::uint32_t divisor = version == kMpeg1 ? 1 : (version == kMpeg2 ? 2 : 4);
    const std::uint32_t sample_rate = kRates[rate] / divisor;
    const std::size_t padding = bytes[2] >> 1 & 1U;
    const std::size_t bits = std::size_t{kBitRates[row][bit_rate]} * 1000;
    const std::size_t slots = layer == 3 && version != kMpeg1 ? 72 : 144;
    constexpr unsigned kMono = 3;
    return AudioHeader{.codec = Codec::mpeg_audio,
        .channels = static_cast<std::uint8_t>(bytes[3] >> 6 == kMono ? 1 : 2),
        .sample_rate = sample_rate,
        .frame_bytes = layer == 1 ? (12 * bits / sample_rate + padding) * 4
                                  : slots * bits / sample_rate + padding};
}

constexpr std::array<std::uint32_t, 3> kAc3Rates{48'000, 44'100, 32'000};
/// By acmod, without the low-frequency channel.
constexpr std::array<std::uint8_t, 8> kAc3Channels{2, 1, 2, 3, 3, 4, 4, 5};
constexpr unsigned kAc3LastBsid = 10;
constexpr unsigned kEac3LastBsid = 16;

std::optional<AudioHeader> parse_ac3(Bytes bytes, unsigned bsid) noexcept {
    constexpr std::array<std::uint16_t, 19> kBitRates{
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640};
    const std::size_t rate = bytes[4] >> 6;
    const std::size_t code = bytes[4] & 0x3FU;
    if (rate == 3 || code / 2 >= kBitRates.size()) {
        return std::nullopt;
    }
    const std::size_t kilobits = kBitRates[code / 2];
    const std::array<std::size_t, 3> words{
        kilobits * 2, kilobits * 320 / 147 + code % 2, kilobits * 3};
    // Mix levels, of two bits each, stand between acmod and lfeon where they mean something.
    const unsigned acmod = bytes[6] >> 5;
    const unsigned levels = ((acmod & 1U) != 0 && acmod != 1 ? 2U : 0U) +
                            ((acmod & 4U) != 0 ? 2U : 0U) + (acmod == 2 ? 2U : 0U);
    const unsigned low = bytes[6] >> (4 - levels) & 1U;
    const unsigned halvings = bsid > 8 ? bsid - 8 : 0;
    return AudioHeader{.codec = Codec::ac3,
        .channels = static_cast<std::uint8_t>(kAc3Channels[acmod] + low),
        .sample_rate = kAc3Rates[rate] >> halvings,
        .frame_bytes = words[rate] * 2};
}

std::optional<AudioHeader> parse_eac3(Bytes bytes) noexcept {
    constexpr unsigned kDependent = 1;
    constexpr unsigned kReserved = 3;
    const unsigned kind = bytes[2] >> 6;
    const std::size_t rate = bytes[4] >> 6;
    const std::size_t half_rate = bytes[4] >> 4 & 3U;
    if (kind == kReserved || (rate == 3 && half_rate == 3)) {
        return std::nullopt;
    }
    const unsigned acmod = bytes[4] >> 1 & 7U;
    return AudioHeader{.codec = Codec::eac3,
        .channels = static_cast<std::uint8_t>(kAc3Channels[acmod] + (bytes[4] & 1U)),
        .sample_rate = rate == 3 ? kAc3Rates[half_rate] / 2 : kAc3Rates[rate],
        .frame_bytes = (((bytes[2] & 7U) << 8 | bytes[3]) + std::size_t{1}) * 2,
        .dependent = kind == kDependent};
}

std::optional<AudioHeader> parse_dolby(Bytes bytes) noexcept {
    const unsigned bsid = bytes[5] >> 3;
    if (bytes[0] != 0x0B || bytes[1] != 0x77 || bsid > kEac3LastBsid) {
        return std::nullopt;
    }
    return bsid <= kAc3LastBsid ? parse_ac3(bytes, bsid) : parse_eac3(bytes);
}

} // namespace

bool has_audio_header(Codec codec) noexcept {
    return codec == Codec::aac_adts || codec == Codec::mpeg_audio || codec == Codec::ac3 ||
           codec == Codec::eac3 || codec == Codec::aac_latm;
}

std::size_t audio_header_bytes(Codec codec) noexcept {
    return codec == Codec::aac_latm ? kLatmHeaderBytes : kAudioHeaderBytes;
}

std::optional<AudioHeader> parse_audio_header(Codec codec, Bytes bytes) noexcept {
    std::optional<AudioHeader> header;
    if (codec == Codec::aac_adts) {
        header = parse_adts(bytes);
    } else if (codec == Codec::mpeg_audio) {
        header = parse_mpeg_audio(bytes);
    } else if (codec == Codec::ac3 || codec == Codec::eac3) {
        header = parse_dolby(bytes);
    } else if (codec == Codec::aac_latm) {
        header = parse_latm(bytes);
    }
    return header && header->frame_bytes >= kAudioHeaderBytes ? header : std::nullopt;
}

} // namespace plex_tuner::ts
