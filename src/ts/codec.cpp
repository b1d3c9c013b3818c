// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/codec.hpp>

#include <optional>

namespace plex_tuner::ts {
namespace {

constexpr std::uint8_t kTypePrivatePes = 0x06;

constexpr std::uint32_t four(const char (&name)[5]) noexcept {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        value = value << 8 | static_cast<std::uint8_t>(name[i]);
    }
    return value;
}

/// Names registered with SMPTE-RA, used in registration descriptors of private streams.
Codec codec_of_registration(Bytes body) noexcept {
    if (body.size() < 4) {
        return Codec::unknown;
    }
    const std::uint32_t name = std::uint32_t{body[0]} << 24 | std::uint32_t{body[1]} << 16 |
                               std::uint32_t{body[2]} << 8 | body[3];
    switch (name) {
    case four("AC-3"):
        return Codec::ac3;
    case four("EAC3"):
        return Codec::eac3;
    case four("DTS1"):
    case four("DTS2"):
    case four("DTS3"):
        return Codec::dts;
    case four("Opus"):
        return Codec::opus;
    case four("VP09"):
        return Codec::vp9;
    case four("HEVC"):
        return Codec::hevc;
    case four("VC-1"):
        return Codec::vc1;
    case four("ID3 "):
        return Codec::timed_metadata;
    case four("CUEI"):
        return Codec::scte35;
    default:
        return Codec::unknown;
    }
}

Codec codec_of_descriptor(std::uint8_t tag, Bytes body) noexcept {
    switch (tag) {
    case 0x05:
        return codec_of_registration(body);
    case 0x56:
    case 0x46: // VBI teletext
        return Codec::teletext;
    case 0x59:
        return Codec::dvb_subtitle;
    case 0x6A:
        return Codec::ac3;
    case 0x7A:
        return Codec::eac3;
    case 0x7B:
        return Codec::dts;
    case 0x7C:
        return Codec::aac_adts;
    default:
        return Codec::unknown;
    }
}

Codec codec_of_private(Bytes descriptors) noexcept {
    while (descriptors.size() >= 2 && descriptors.size() >= 2 + std::size_t{descriptors[1]}) {
        const Codec codec =
            codec_of_descriptor(descriptors[0], descriptors.subspan(2, descriptors[1]));
        if (codec != Codec::unknown) {
            return codec;
        }
        descriptors = descriptors.subspan(2 + std::size_t{descriptors[1]});
    }
    return Codec::private_data;
}

} // namespace

std::string_view to_string(Codec codec) noexcept {
    switch (codec) {
    case Codec::unknown:
        return "unknown";
    case Codec::mpeg1_video:
        return "mpeg1video";
    case Codec::mpeg2_video:
        return "mpeg2video";
    case Codec::mpeg4_video:
        return "mpeg4";
    case Codec::h264:
        return "h264";
    case Codec::hevc:
        return "hevc";
    case Codec::vvc:
        return "vvc";
    case Codec::vc1:
        return "vc1";
    case Codec::mpeg_audio:
        return "mpegaudio";
    case Codec::aac_adts:
        return "aac";
    case Codec::aac_latm:
        return "aac_latm";
    case Codec::ac3:
        return "ac3";
    case Codec::eac3:
        return "eac3";
    case Codec::dts:
        return "dts";
    case Codec::opus:
        return "opus";
    case Codec::vp9:
        return "vp9";
    case Codec::teletext:
        return "teletext";
    case Codec::dvb_subtitle:
        return "dvb_subtitle";
    case Codec::timed_metadata:
        return "timed_metadata";
    case Codec::scte35:
        return "scte35";
    case Codec::private_data:
        return "private";
    case Codec::sample_encrypted:
        return "sample_encrypted";
    }
    return "unknown";
}

Codec codec_named(std::string_view name) noexcept {
    constexpr auto kLast = static_cast<std::uint8_t>(Codec::sample_encrypted);
    for (std::uint8_t value = 0; value <= kLast; ++value) {
        const auto codec = static_cast<Codec>(value);
        if (to_string(codec) == name) {
            return codec;
        }
    }
    return Codec::unknown;
}

bool is_video(Codec codec) noexcept {
    switch (codec) {
    case Codec::mpeg1_video:
    case Codec::mpeg2_video:
    case Codec::mpeg4_video:
    case Codec::h264:
    case Codec::hevc:
    case Codec::vvc:
    case Codec::vc1:
        return true;
    default:
        return false;
    }
}

bool is_audio(Codec codec) noexcept {
    switch (codec) {
    case Codec::mpeg_audio:
    case Codec::aac_adts:
    case Codec::aac_latm:
    case Codec::ac3:
    case Codec::eac3:
    case Codec::dts:
    case Codec::opus:
        return true;
    default:
        return false;
    }
}

Codec codec_of(std::uint8_t stream_type, Bytes descriptors) noexcept {
    switch (stream_type) {
    case 0x01:
        return Codec::mpeg1_video;
    case 0x02:
        return Codec::mpeg2_video;
    case 0x03:
    case 0x04:
        return Codec::mpeg_audio;
    case 0x05:
        return Codec::private_data;
    case kTypePrivatePes:
        return codec_of_private(descriptors);
    case 0x0F:
        return Codec::aac_adts;
    case 0x10:
        return Codec::mpeg4_video;
    case 0x11:
        return Codec::aac_latm;
    case 0x15:
        return Codec::timed_metadata;
    case 0x1B:
        return Codec::h264;
    case 0x24:
        return Codec::hevc;
    case 0x33:
        return Codec::vvc;
    case 0x81:
        return Codec::ac3;
    case 0x86:
        return Codec::scte35;
    case 0x87:
        return Codec::eac3;
    case 0xC1:
    case 0xC2:
    case 0xCF:
    case 0xDB:
        return Codec::sample_encrypted;
    case 0xEA:
        return Codec::vc1;
    default:
        return Codec::unknown;
    }
}

} // namespace plex_tuner::ts
