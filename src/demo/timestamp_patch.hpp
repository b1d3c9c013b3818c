// SPDX-License-Identifier: GPL-3.0-or-later
// Finding and rewriting the clocks of a transport packet in place (ISO/IEC
// 13818-1 2.4.3.5, 2.4.3.7).
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plex_tuner::demo {

/// Where a clock value lies in a packet.
struct ClockField {
    enum class Kind : std::uint8_t { pcr, timestamp };
    Kind kind = Kind::pcr;
    std::uint8_t offset = 0; ///< from the sync byte
};

/// PCR, PTS and DTS of one packet. A time stamp is found where its PES header lies whole in the
/// packet that starts it, which is how libavformat writes.
[[nodiscard]] std::vector<ClockField> find_clock_fields(ts::PacketView packet);

/// Advances the value by `ticks` of 27 MHz, modulo its width: 2^33 * 300 for PCR, 2^33 (in 90 kHz
/// ticks) for time stamps. Marker bits and prefixes are kept.
void advance_clock(
    std::span<std::uint8_t, ts::kPacketSize> packet, ClockField field, std::int64_t ticks);

} // namespace plex_tuner::demo
