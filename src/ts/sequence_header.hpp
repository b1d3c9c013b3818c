// SPDX-License-Identifier: GPL-3.0-or-later
// The headers that say how large, how fast and in which scan the pictures of a stream are.
#pragma once

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// `unit`: a sequence parameter set behind its NAL unit header, emulation prevention still in it.
/// nullopt when it is damaged or of an impossible size; a damaged VUI leaves the rate unknown.
[[nodiscard]] std::optional<VideoFormat> parse_h264_sps(Bytes unit);
[[nodiscard]] std::optional<VideoFormat> parse_hevc_sps(Bytes unit);

/// `header`: of ISO/IEC 13818-2 6.2.2.1, behind its start code, 4 bytes or more. `extension`: that
/// of 6.2.2.3 behind its start code, 6 bytes or more; empty: this is MPEG-1.
[[nodiscard]] std::optional<VideoFormat> parse_mpeg_sequence(Bytes header, Bytes extension);

/// units / ticks per second in lowest terms; unknown when that is no rate of pictures.
[[nodiscard]] FrameRate frame_rate(std::uint64_t numerator, std::uint64_t denominator) noexcept;

/// Subsampling of chroma_format_idc 0 to 3 (4:0:0, 4:2:0, 4:2:2, 4:4:4): the unit of cropping.
struct ChromaUnit {
    std::uint32_t width = 1;
    std::uint32_t height = 1;
};

[[nodiscard]] ChromaUnit chroma_unit(std::uint32_t chroma_format, bool separate_planes) noexcept;

/// No picture of a stream is larger (level 6.2 of H.265).
inline constexpr std::uint32_t kMaxPictureSide = 16'888;

/// The rectangle that remains when left, right, top and bottom are cut off; false when nothing
/// does.
struct Cropping {
    std::uint32_t left = 0, right = 0, top = 0, bottom = 0; ///< in `unit`s
};

[[nodiscard]] bool crop(VideoFormat& format, const Cropping& cropping, ChromaUnit unit) noexcept;

} // namespace plex_tuner::ts
