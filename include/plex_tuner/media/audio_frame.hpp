// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace plex_tuner::media {

enum class AudioCodec : std::uint8_t { aac, mp2, mp3, ac3, eac3 };

/// What the header of a compressed audio frame says.
struct AudioFrame {
    AudioCodec codec = AudioCodec::aac;
    std::size_t size = 0; ///< of the whole frame, bytes; above zero
    int samples = 0;      ///< per channel; 0: it belongs to the frame before (E-AC-3 substreams)
    int sample_rate = 0;  ///< Hz; above zero
};

/// Bytes after which parse_audio_frame() needs no more.
inline constexpr std::size_t kAudioHeaderSize = 7;

/// Reads the header at the beginning of `bytes`: ADTS (ISO/IEC 13818-7 6.2), MPEG audio layers II
/// and III (ISO/IEC 11172-3 2.4.1.3 and 13818-3), AC-3 and E-AC-3 (ETSI TS 102 366 4.3, E.1.2).
/// nullopt: there is none, or fewer than kAudioHeaderSize bytes.
[[nodiscard]] std::optional<AudioFrame> parse_audio_frame(
    std::span<const std::uint8_t> bytes) noexcept;

} // namespace plex_tuner::media
