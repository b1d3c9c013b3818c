// SPDX-License-Identifier: GPL-3.0-or-later
// The 188-byte transport packet, ISO/IEC 13818-1 section 2.4.3:
//
//   byte 0     sync byte 47
//   byte 1     TEI(1) PUSI(1) priority(1) PID high(5)
//   byte 2     PID low(8)
//   byte 3     scrambling(2) adaptation(1) payload(1) continuity counter(4)
//   byte 4     with adaptation: its length L (0..183), then L bytes:
//                flags: discontinuity, random access, ES priority, PCR, OPCR, splice, private, ext
//                [PCR: base(33) reserved(6) extension(9)] ... stuffing FF
//   4 / 5 + L  payload up to byte 187
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace plex_tuner::ts {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t kPacketSize = 188;
inline constexpr std::uint8_t kSyncByte = 0x47;
inline constexpr std::size_t kPidCount = 8192;
inline constexpr std::uint16_t kPatPid = 0x0000;
inline constexpr std::uint16_t kNullPid = 0x1FFF;

/// The bytes of a text buffer (network chunks arrive as std::string).
[[nodiscard]] inline Bytes bytes_of(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Program clock reference in 27 MHz ticks: base * 300 + extension, wraps at 2^33 * 300.
inline constexpr std::int64_t kPcrHz = 27'000'000;
inline constexpr std::int64_t kPcrWrap = (std::int64_t{1} << 33) * 300;

/// Reads one packet in place. `data` must hold kPacketSize bytes and stay alive; the content may be
/// anything, accessors never read outside of it.
class PacketView {
public:
    explicit constexpr PacketView(const std::uint8_t* data) noexcept : data_(data) {}

    [[nodiscard]] Bytes bytes() const noexcept { return {data_, kPacketSize}; }

    [[nodiscard]] bool has_sync() const noexcept { return data_[0] == kSyncByte; }

    [[nodiscard]] bool transport_error() const noexcept { return (data_[1] & 0x80) != 0; }

    /// payload_unit_start_indicator: a PES packet or a PSI pointer_field begins here.
    [[nodiscard]] bool unit_start() const noexcept { return (data_[1] & 0x40) != 0; }

    [[nodiscard]] std::uint16_t pid() const noexcept {
        return static_cast<std::uint16_t>((data_[1] & 0x1F) << 8 | data_[2]);
    }

    [[nodiscard]] bool scrambled() const noexcept { return (data_[3] & 0xC0) != 0; }

    [[nodiscard]] bool has_adaptation() const noexcept { return (data_[3] & 0x20) != 0; }

    [[nodiscard]] bool has_payload() const noexcept { return (data_[3] & 0x10) != 0; }

    [[nodiscard]] std::uint8_t continuity_counter() const noexcept { return data_[3] & 0x0F; }

    /// Adaptation field flags byte; 0 when there is none (no field, or of length 0).
    [[nodiscard]] std::uint8_t adaptation_flags() const noexcept {
        return has_adaptation() && data_[4] > 0 ? data_[5] : std::uint8_t{0};
    }

    [[nodiscard]] bool discontinuity() const noexcept { return (adaptation_flags() & 0x80) != 0; }

    [[nodiscard]] bool random_access() const noexcept { return (adaptation_flags() & 0x40) != 0; }

    /// PCR in 27 MHz ticks.
    [[nodiscard]] std::optional<std::int64_t> pcr() const noexcept;
    /// Empty without payload and when the adaptation length is impossible.
    [[nodiscard]] Bytes payload() const noexcept;

private:
    const std::uint8_t* data_;
};

using Packet = std::array<std::uint8_t, kPacketSize>;

/// Null packet (PID 1FFF), to keep a connection busy.
[[nodiscard]] Packet null_packet() noexcept;

/// Adaptation-only packet: no payload, so its counter repeats the last one of that PID. With
/// `discontinuity` it announces a seam (2.4.3.5).
[[nodiscard]] Packet adaptation_only_packet(
    std::uint16_t pid, std::uint8_t continuity_counter, bool discontinuity) noexcept;

/// One packet with at most 184 bytes of payload; a shorter one is padded by adaptation stuffing, as
/// PES payload requires. Longer payload is cut.
[[nodiscard]] Packet payload_packet(
    std::uint16_t pid, std::uint8_t continuity_counter, bool unit_start, Bytes payload) noexcept;

} // namespace plex_tuner::ts
