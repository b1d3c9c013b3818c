// SPDX-License-Identifier: GPL-3.0-or-later
#include "rtp_packet.hpp"

#include <cstddef>

namespace plex_tuner::gateway {
namespace {

constexpr std::size_t kFixedHeader = 12;
constexpr std::size_t kWord = 4; ///< of contributing sources and extension lengths

[[nodiscard]] std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    }
    return value;
}

} // namespace

std::optional<RtpPacket> parse_rtp(std::string_view datagram) noexcept {
    if (datagram.size() < kFixedHeader) {
        return std::nullopt;
    }
    const auto flags = static_cast<std::uint8_t>(datagram[0]);
    if (flags >> 6 != 2) {
        return std::nullopt;
    }
    RtpPacket packet;
    packet.payload_type = static_cast<std::uint8_t>(datagram[1]) & 0x7f;
    packet.sequence = static_cast<std::uint16_t>(number(datagram, 2, 2));
    packet.sender = number(datagram, 8, 4);
    std::size_t header = kFixedHeader + kWord * (flags & 0x0f);
    if ((flags & 0x10) != 0) { // extension: a profile's 16 bits, then its length in words
        if (datagram.size() < header + kWord) {
            return std::nullopt;
        }
        header += kWord + kWord * number(datagram, header + 2, 2);
    }
    const std::size_t padding =
        (flags & 0x20) != 0 ? static_cast<std::uint8_t>(datagram.back()) : std::size_t{0};
    if (datagram.size() < header + padding) {
        return std::nullopt;
    }
    packet.payload = datagram.substr(header, datagram.size() - header - padding);
    return packet;
}

} // namespace plex_tuner::gateway
