// SPDX-License-Identifier: GPL-3.0-or-later
// Finding and rewriting the clocks of a transport packet in place (ISO/IEC
// 13818-1 2.4.3.5, 2.4.3.7).
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace plex_tuner::ts {

using MutablePacket = std::span<std::uint8_t, kPacketSize>;

/// Where a clock value lies in a packet.
struct ClockField {
    enum class Kind : std::uint8_t { pcr, timestamp };
    Kind kind = Kind::pcr;
    std::uint8_t offset = 0; ///< from the sync byte
};

/// Those of one packet: PCR, PTS, DTS.
class ClockFields {
public:
    void push_back(ClockField field) noexcept { fields_[size_++] = field; }

    [[nodiscard]] const ClockField* begin() const noexcept { return fields_.data(); }

    [[nodiscard]] const ClockField* end() const noexcept { return fields_.data() + size_; }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    std::array<ClockField, 3> fields_{};
    std::size_t size_ = 0;
};

/// PCR, PTS and DTS of one packet. A time stamp is found where its PES header lies whole in the
/// packet that starts it, which is how all known multiplexers write.
[[nodiscard]] ClockFields find_clock_fields(PacketView packet) noexcept;

/// Advances the value by `ticks` of 27 MHz, modulo its width: 2^33 * 300 for PCR, 2^33 (in 90 kHz
/// ticks) for time stamps. Marker bits and prefixes are kept.
void advance_clock(MutablePacket packet, ClockField field, std::int64_t ticks) noexcept;

/// Takes the PCR out of a packet that has one; the room becomes stuffing.
void remove_pcr(MutablePacket packet) noexcept;

/// A packet that carries nothing but a PCR (27 MHz, below kPcrWrap); its counter repeats the last
/// one of that PID.
[[nodiscard]] Packet pcr_packet(
    std::uint16_t pid, std::uint8_t continuity_counter, std::int64_t pcr) noexcept;

} // namespace plex_tuner::ts
