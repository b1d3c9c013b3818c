// SPDX-License-Identifier: GPL-3.0-or-later
// PES packet headers and 33-bit time stamps, ISO/IEC 13818-1 section 2.4.3.6.
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// PTS and DTS count 90 kHz ticks in 33 bits and wrap after 26.5 hours.
inline constexpr std::int64_t kTimestampHz = 90'000;
inline constexpr std::int64_t kTimestampWrap = std::int64_t{1} << 33;

/// Signed distance from `from` to `to` on the 33-bit circle, in (-2^32, 2^32].
[[nodiscard]] constexpr std::int64_t timestamp_difference(
    std::int64_t to, std::int64_t from) noexcept {
    const std::int64_t forward = (to - from) & (kTimestampWrap - 1);
    return forward > kTimestampWrap / 2 ? forward - kTimestampWrap : forward;
}

/// `time` moved by `ticks` (either sign) on the 33-bit circle.
[[nodiscard]] constexpr std::int64_t timestamp_add(std::int64_t time, std::int64_t ticks) noexcept {
    return (time + ticks) & (kTimestampWrap - 1);
}

/// Signed distance on the circle of the 27 MHz clock.
[[nodiscard]] constexpr std::int64_t pcr_difference(std::int64_t to, std::int64_t from) noexcept {
    std::int64_t forward = (to - from) % kPcrWrap;
    forward = forward < 0 ? forward + kPcrWrap : forward;
    return forward > kPcrWrap / 2 ? forward - kPcrWrap : forward;
}

struct PesHeader {
    std::uint8_t stream_id = 0;
    std::optional<std::int64_t> pts; ///< 90 kHz ticks
    std::optional<std::int64_t> dts; ///< 90 kHz ticks; equal to pts in effect when absent
    bool data_alignment = false;
    std::size_t payload_offset = 0; ///< from the start code to the first elementary stream byte
};

/// Reads the header at the start of a PES packet. `bytes` must reach to the end of the time stamps
/// (19 bytes always do); the rest of the header may lie beyond. Time stamps whose prefix or marker
/// bits are wrong are left out. nullopt when this is no PES start or `bytes` is too short.
[[nodiscard]] std::optional<PesHeader> parse_pes_header(Bytes bytes) noexcept;

} // namespace plex_tuner::ts
