// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

constexpr std::int64_t kTicksPerTimestamp = kPcrHz / kTimestampHz;

constexpr std::uint8_t kPcrOffset = 6; // after header, adaptation length and flags
constexpr std::size_t kTimestampsInPes = 9;
constexpr std::size_t kTimestampBytes = 5;

/// 33 bits in the pattern pppp ttt1 tttttttt ttttttt1 tttttttt ttttttt1.
std::int64_t read_timestamp(const std::uint8_t* p) {
    return std::int64_t{p[0] >> 1U & 0x07U} << 30 | std::int64_t{p[1]} << 22 |
           std::int64_t{p[2] >> 1U} << 15 | std::int64_t{p[3]} << 7 | std::int64_t{p[4] >> 1U};
}

void write_timestamp(std::uint8_t* p, std::int64_t value) {
    p[0] = static_cast<std::uint8_t>((p[0] & 0xF1U) | (value >> 29 & 0x0E));
    p[1] = static_cast<std::uint8_t>(value >> 22);
    p[2] = static_cast<std::uint8_t>((value >> 14 & 0xFE) | 1);
    p[3] = static_cast<std::uint8_t>(value >> 7);
    p[4] = static_cast<std::uint8_t>((value << 1 & 0xFE) | 1);
}

std::int64_t read_pcr(const std::uint8_t* p) {
    const std::int64_t base = std::int64_t{p[0]} << 25 | std::int64_t{p[1]} << 17 |
                              std::int64_t{p[2]} << 9 | std::int64_t{p[3]} << 1 |
                              std::int64_t{p[4] >> 7U};
    return base * kTicksPerTimestamp + ((p[4] & 1U) << 8U | p[5]);
}

void write_pcr(std::uint8_t* p, std::int64_t ticks) {
    const std::int64_t base = ticks / kTicksPerTimestamp;
    const std::int64_t extension = ticks % kTicksPerTimestamp;
    p[0] = static_cast<std::uint8_t>(base >> 25);
    p[1] = static_cast<std::uint8_t>(base >> 17);
    p[2] = static_cast<std::uint8_t>(base >> 9);
    p[3] = static_cast<std::uint8_t>(base >> 1);
    p[4] = static_cast<std::uint8_t>((base << 7 & 0x80) | 0x7E | extension >> 8);
    p[5] = static_cast<std::uint8_t>(extension);
}

std::int64_t wrapped(std::int64_t value, std::int64_t modulus) {
    const std::int64_t rest = value % modulus;
    return rest < 0 ? rest + modulus : rest;
}

} // namespace

ClockFields find_clock_fields(PacketView packet) noexcept {
    ClockFields fields;
    if (packet.pcr()) {
        fields.push_back({.kind = ClockField::Kind::pcr, .offset = kPcrOffset});
    }
    if (!packet.unit_start()) {
        return fields;
    }
    const Bytes payload = packet.payload();
    const auto header = parse_pes_header(payload);
    if (!header) {
        return fields;
    }
    auto offset =
        static_cast<std::size_t>(payload.data() - packet.bytes().data()) + kTimestampsInPes;
    for (const bool present : {header->pts.has_value(), header->dts.has_value()}) {
        if (present) {
            fields.push_back(
                {.kind = ClockField::Kind::timestamp, .offset = static_cast<std::uint8_t>(offset)});
            offset += kTimestampBytes;
        }
    }
    return fields;
}

void advance_clock(MutablePacket packet, ClockField field, std::int64_t ticks) noexcept {
    std::uint8_t* const place = packet.data() + field.offset;
    // Reduced first: the sum of two values below the modulus cannot overflow.
    if (field.kind == ClockField::Kind::pcr) {
        write_pcr(place, wrapped(read_pcr(place) + wrapped(ticks, kPcrWrap), kPcrWrap));
    } else {
        write_timestamp(place, timestamp_add(read_timestamp(place), ticks / kTicksPerTimestamp));
    }
}

void remove_pcr(MutablePacket packet) noexcept {
    constexpr std::uint8_t kPcrFlag = 0x10;
    constexpr std::size_t kPcrBytes = 6;
    const std::size_t end = std::min<std::size_t>(5 + packet[4], kPacketSize);
    if (end < kPcrOffset + kPcrBytes) {
        return;
    }
    packet[5] = static_cast<std::uint8_t>(packet[5] & ~kPcrFlag);
    // What stands behind it moves up; the field keeps its length.
    std::copy(packet.begin() + kPcrOffset + kPcrBytes,
        packet.begin() + static_cast<std::ptrdiff_t>(end), packet.begin() + kPcrOffset);
    std::fill(packet.begin() + static_cast<std::ptrdiff_t>(end - kPcrBytes),
        packet.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0xFF});
}

Packet pcr_packet(std::uint16_t pid, std::uint8_t continuity_counter, std::int64_t pcr) noexcept {
    Packet packet = adaptation_only_packet(pid, continuity_counter, false);
    packet[5] = 0x10;
    write_pcr(packet.data() + kPcrOffset, pcr);
    return packet;
}

} // namespace plex_tuner::ts
