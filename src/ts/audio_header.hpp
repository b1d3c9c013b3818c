// SPDX-License-Identifier: GPL-3.0-or-later
// Frame headers of audio: ADTS (ISO/IEC 13818-7 6.2), MPEG audio (ISO/IEC 11172-3 2.4.1.3 and its
// extensions to lower sampling rates), AC-3 and E-AC-3 (ETSI TS 102 366 4.3 and annex E.1.2), AAC
// in LATM (ISO/IEC 14496-3 1.7).
#pragma once

#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::ts {

/// Bytes from which a header can be read.
inline constexpr std::size_t kAudioHeaderBytes = 7;

struct AudioHeader {
    Codec codec = Codec::unknown;
    std::uint8_t channels = 0;     ///< 0: the header does not say (ADTS configuration 0)
    std::uint32_t sample_rate = 0; ///< Hz
    std::size_t frame_bytes = 0;   ///< with the header; at least kAudioHeaderBytes
    bool dependent = false;        ///< adds channels to the frame before (E-AC-3)
    bool has_no_format = false;    ///< it is as that of a frame before (LATM)
    std::string_view profile = {}; ///< of AAC; see AudioFormat

    /// Of one stream: what must not differ between neighbours.
    [[nodiscard]] bool continues(const AudioHeader& before) const noexcept {
        return codec == before.codec &&
               (has_no_format || before.has_no_format || sample_rate == before.sample_rate);
    }
};

/// Codecs whose headers are read here.
[[nodiscard]] bool has_audio_header(Codec codec) noexcept;

/// Bytes from which the header of that codec can be read: kAudioHeaderBytes or more.
[[nodiscard]] std::size_t audio_header_bytes(Codec codec) noexcept;

/// `bytes` holds kAudioHeaderBytes or more. LATM that ends before its format does has none. A
/// stream announced as AC-3 may turn out to be E-AC-3, and the other way round.
[[nodiscard]] std::optional<AudioHeader> parse_audio_header(Codec codec, Bytes bytes) noexcept;

} // namespace plex_tuner::ts
