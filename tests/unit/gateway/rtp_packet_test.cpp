// SPDX-License-Identifier: GPL-3.0-or-later
#include "rtp_packet.hpp"

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

/// Version 2, payload type 33, number 258, time 1, sender 7.
const std::string kHeader("\x80\x21\x01\x02\x00\x00\x00\x01\x00\x00\x00\x07", 12);

TEST(RtpPacket, PlainPacket) {
    const std::string datagram = kHeader + "payload";
    const auto packet = parse_rtp(datagram);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->payload_type, kRtpTransportStream);
    EXPECT_EQ(packet->sequence, 258);
    EXPECT_EQ(packet->sender, 7U);
    EXPECT_EQ(packet->payload, "payload");
}

TEST(RtpPacket, ContributorsExtensionMarkerAndPaddingAreNoPayload) {
    std::string datagram = kHeader;
    datagram[0] = '\xB2'; // padding, extension, two contributors
    datagram[1] = '\xA1'; // marker
    datagram += "ccccCCCC" + std::string("\x12\x34\x00\x01", 4) + "eeee" + "payload" +
                std::string("\x00\x00\x03", 3);
    const auto packet = parse_rtp(datagram);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->payload_type, kRtpTransportStream);
    EXPECT_EQ(packet->payload, "payload");
}

TEST(RtpPacket, CutPacketsAreNone) {
    std::string datagram = kHeader;
    datagram[0] = '\xB2';
    datagram += "ccccCCCC" + std::string("\x12\x34\x00\x01", 4) + "eeee" + "\x01";
    for (std::size_t size = 0; size < datagram.size(); ++size) {
        const auto packet = parse_rtp(datagram.substr(0, size));
        EXPECT_TRUE(!packet || packet->payload.size() <= size);
        EXPECT_TRUE(size >= 28 || !packet) << size;
    }
    EXPECT_TRUE(parse_rtp(datagram));
    std::string padded = kHeader + "x\x20";
    padded[0] = '\xA0';
    EXPECT_FALSE(parse_rtp(padded)) << "more padding than packet";
    EXPECT_FALSE(parse_rtp(std::string(12, 'G'))) << "version 1";
}

} // namespace
} // namespace plex_tuner::gateway
