// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <string_view>

namespace plex_tuner::ts {

/// What an elementary stream carries, from stream_type (ISO/IEC 13818-1 table 2-34, ATSC A/53,
/// SCTE 35) and, for private data, from its descriptors (ETSI EN 300 468 6.1).
enum class Codec : std::uint8_t {
    unknown,
    mpeg1_video,
    mpeg2_video,
    mpeg4_video,
    h264,
    hevc,
    vvc,
    vc1,
    mpeg_audio, ///< layers I to III
    aac_adts,
    aac_latm,
    ac3,
    eac3,
    dts,
    opus,
    vp9, ///< pictures, but no player takes them in a transport stream; no video for all else
    teletext,
    dvb_subtitle,
    timed_metadata, ///< ID3 and the like
    scte35,
    private_data,
    sample_encrypted, ///< HLS SAMPLE-AES forms; cannot be relayed as they are
};

/// Short lower-case name for logs and metrics.
[[nodiscard]] std::string_view to_string(Codec codec) noexcept;
/// The codec of that name; unknown for any other text.
[[nodiscard]] Codec codec_named(std::string_view name) noexcept;
[[nodiscard]] bool is_video(Codec codec) noexcept;
[[nodiscard]] bool is_audio(Codec codec) noexcept;

/// `descriptors`: the ES info loop of the PMT; malformed tails are ignored.
[[nodiscard]] Codec codec_of(std::uint8_t stream_type, Bytes descriptors) noexcept;

} // namespace plex_tuner::ts
