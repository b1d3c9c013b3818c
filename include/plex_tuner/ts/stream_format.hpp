// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/codec.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::ts {

/// Frames per second as a fraction in lowest terms: 30000/1001. 0/0 is unknown.
struct FrameRate {
    std::uint32_t numerator = 0;
    std::uint32_t denominator = 0;

    [[nodiscard]] bool known() const noexcept { return denominator != 0; }

    [[nodiscard]] double per_second() const noexcept {
        return known() ? static_cast<double>(numerator) / denominator : 0;
    }

    friend bool operator==(const FrameRate&, const FrameRate&) = default;
};

/// How the sequence says it is scanned. Film in an interlaced sequence is called interlaced: only
/// its pictures could tell.
enum class ScanType : std::uint8_t { unknown, progressive, interlaced };

[[nodiscard]] std::string_view to_string(ScanType scan) noexcept;
/// unknown for any other text.
[[nodiscard]] ScanType scan_type_named(std::string_view name) noexcept;

struct VideoFormat {
    Codec codec = Codec::unknown;
    std::uint32_t width = 0;  ///< of what is shown, after cropping; 0 unknown
    std::uint32_t height = 0; ///< of a whole frame, of both fields; 0 unknown
    FrameRate rate{};
    ScanType scan = ScanType::unknown;
    /// As the standard calls it ("High 10", "Main"); of static texts, empty: unknown.
    std::string_view profile{};
    std::uint8_t level = 0; ///< in tenths, of H.264 and H.265: 41 is level 4.1; 0 unknown

    friend bool operator==(const VideoFormat&, const VideoFormat&) = default;
};

struct AudioFormat {
    Codec codec = Codec::unknown;
    std::uint8_t channels = 0;     ///< with the low-frequency one; 0 unknown
    std::uint32_t sample_rate = 0; ///< Hz, of the core where an extension doubles it; 0 unknown
    std::string language{};        ///< ISO 639-2 code of the PMT; may be empty
    /// Of AAC, as it is signalled ("LC", "HE-AAC"); of static texts, empty: unknown. ADTS says "LC"
    /// of the core of HE-AAC, too.
    std::string_view profile{};

    friend bool operator==(const AudioFormat&, const AudioFormat&) = default;
};

/// What the streams of a program are encoded as.
struct StreamFormat {
    std::optional<VideoFormat> video{}; ///< the first of the PMT; empty for a radio programme
    std::vector<AudioFormat> audio{};   ///< in the order of the PMT

    friend bool operator==(const StreamFormat&, const StreamFormat&) = default;
};

} // namespace plex_tuner::ts
