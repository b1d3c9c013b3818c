// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::gateway {

/// One RTP packet, RFC 3550 section 5.1; a view into the datagram.
struct RtpPacket {
    std::uint8_t payload_type = 0;
    std::uint16_t sequence = 0;
    std::uint32_t sender = 0; ///< SSRC: another one is another stream
    std::string_view payload; ///< without header extension and padding
};

/// MPEG-2 transport streams, RFC 3551 section 6.
inline constexpr std::uint8_t kRtpTransportStream = 33;

/// nullopt for what is no RTP version 2, or is cut short.
[[nodiscard]] std::optional<RtpPacket> parse_rtp(std::string_view datagram) noexcept;

} // namespace plex_tuner::gateway
