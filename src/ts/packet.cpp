// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/packet.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

constexpr std::uint8_t kStuffing = 0xFF;
constexpr std::size_t kHeaderSize = 4;
constexpr std::uint8_t kFlagPcr = 0x10;
constexpr std::uint8_t kFlagDiscontinuity = 0x80;
/// Flags byte and the six bytes of the clock.
constexpr std::uint8_t kAdaptationWithPcr = 7;

Packet stuffed(std::uint16_t pid, std::uint8_t third) noexcept {
    Packet packet;
    packet.fill(kStuffing);
    packet[0] = kSyncByte;
    packet[1] = static_cast<std::uint8_t>(pid >> 8 & 0x1F);
    packet[2] = static_cast<std::uint8_t>(pid & 0xFF);
    packet[3] = third;
    return packet;
}

} // namespace

std::optional<std::int64_t> PacketView::pcr() const noexcept {
    if ((adaptation_flags() & kFlagPcr) == 0 || data_[4] < kAdaptationWithPcr) {
        return std::nullopt;
    }
    const std::uint8_t* at = data_ + 6;
    const std::int64_t base = std::int64_t{at[0]} << 25 | std::int64_t{at[1]} << 17 |
                              std::int64_t{at[2]} << 9 | std::int64_t{at[3]} << 1 | at[4] >> 7;
    const std::int64_t extension = (at[4] & 1) << 8 | at[5];
    return base * 300 + extension;
}

Bytes PacketView::payload() const noexcept {
    if (!has_payload()) {
        return {};
    }
    const std::size_t offset =
        has_adaptation() ? kHeaderSize + 1 + std::size_t{data_[4]} : kHeaderSize;
    return offset < kPacketSize ? Bytes(data_ + offset, kPacketSize - offset) : Bytes{};
}

Packet null_packet() noexcept {
    return stuffed(kNullPid, 0x10);
}

Packet adaptation_only_packet(
    std::uint16_t pid, std::uint8_t continuity_counter, bool discontinuity) noexcept {
    Packet packet = stuffed(pid, static_cast<std::uint8_t>(0x20 | (continuity_counter & 0x0F)));
    packet[4] = kPacketSize - kHeaderSize - 1;
    packet[5] = discontinuity ? kFlagDiscontinuity : 0;
    return packet;
}

Packet payload_packet(
    std::uint16_t pid, std::uint8_t continuity_counter, bool unit_start, Bytes payload) noexcept {
    constexpr std::size_t kRoom = kPacketSize - kHeaderSize;
    const Bytes body = payload.first(std::min(payload.size(), kRoom));
    const std::size_t stuffing = kRoom - body.size();
    Packet packet = stuffed(
        pid, static_cast<std::uint8_t>((stuffing > 0 ? 0x30 : 0x10) | (continuity_counter & 0x0F)));
    if (unit_start) {
        packet[1] |= 0x40;
    }
    if (stuffing > 0) {
        packet[4] = static_cast<std::uint8_t>(stuffing - 1);
        if (stuffing > 1) {
            packet[5] = 0; // no flags; the rest is stuffing
        }
    }
    std::ranges::copy(body, packet.end() - static_cast<std::ptrdiff_t>(body.size()));
    return packet;
}

} // namespace plex_tuner::ts
