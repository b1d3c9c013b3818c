// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using plex_tuner::testing::ByteVector;
using plex_tuner::testing::TsBuilder;

TEST(PacketView, ReadsHeaderFields) {
    Packet packet{};
    packet[0] = 0x47;
    packet[1] = 0x5F; // PUSI, PID high
    packet[2] = 0xAB;
    packet[3] = 0xDC; // scrambled, payload only, counter 12
    const PacketView view(packet.data());
    EXPECT_TRUE(view.has_sync());
    EXPECT_FALSE(view.transport_error());
    EXPECT_TRUE(view.unit_start());
    EXPECT_EQ(view.pid(), 0x1FAB);
    EXPECT_TRUE(view.scrambled());
    EXPECT_FALSE(view.has_adaptation());
    EXPECT_TRUE(view.has_payload());
    EXPECT_EQ(view.continuity_counter(), 12);
    EXPECT_EQ(view.payload().size(), 184U);
    EXPECT_FALSE(view.pcr());
    EXPECT_FALSE(view.discontinuity());
}

TEST(PacketView, ReadsPcrWithAllBits) {
    const std::int64_t pcr = ((std::int64_t{1} << 33) - 1) * 300 + 299;
    TsBuilder builder;
    builder.pes(0x100, {1, 2, 3}, {.pcr = pcr, .random_access = true});
    const PacketView view(builder.bytes().data());
    EXPECT_EQ(view.pcr(), pcr);
    EXPECT_TRUE(view.random_access());
    EXPECT_FALSE(view.discontinuity());
}

TEST(PacketView, PcrFlagInShortFieldIsIgnored) {
    Packet packet = adaptation_only_packet(0x100, 0, false);
    packet[4] = 6; // one byte short of flags and clock
    packet[5] = 0x10;
    EXPECT_FALSE(PacketView(packet.data()).pcr());
}

TEST(PacketView, ImpossibleAdaptationLengthGivesNoPayload) {
    for (const int length : {183, 184, 200, 255}) {
        Packet packet = payload_packet(0x100, 0, false, ByteVector(10, 1));
        packet[4] = static_cast<std::uint8_t>(length);
        EXPECT_TRUE(PacketView(packet.data()).payload().empty()) << length;
    }
}

TEST(PacketView, FlagsOfEmptyAdaptationFieldAreZero) {
    Packet packet = payload_packet(0x100, 3, false, ByteVector(183, 0xFF));
    ASSERT_EQ(packet[4], 0); // one stuffing byte: the length itself
    const PacketView view(packet.data());
    EXPECT_EQ(view.adaptation_flags(), 0);
    EXPECT_EQ(view.payload().size(), 183U);
}

TEST(MakePacket, NullPacketIsNull) {
    const Packet packet = null_packet();
    const PacketView view(packet.data());
    EXPECT_EQ(view.pid(), kNullPid);
    EXPECT_TRUE(view.has_payload());
    EXPECT_EQ(packet[4], 0xFF);
}

TEST(MakePacket, AdaptationOnlyHasLengthAndFlag) {
    const Packet packet = adaptation_only_packet(0x123, 9, true);
    const PacketView view(packet.data());
    EXPECT_EQ(view.pid(), 0x123);
    EXPECT_FALSE(view.has_payload());
    EXPECT_EQ(packet[4], 183);
    EXPECT_TRUE(view.discontinuity());
    EXPECT_EQ(view.continuity_counter(), 9);
}

TEST(MakePacket, PayloadOfEverySizeComesBack) {
    for (std::size_t size = 0; size <= 184; ++size) {
        ByteVector payload(size);
        for (std::size_t i = 0; i < size; ++i) {
            payload[i] = static_cast<std::uint8_t>(i);
        }
        const Packet packet = payload_packet(0x55, 15, true, payload);
        const PacketView view(packet.data());
        EXPECT_EQ(ByteVector(view.payload().begin(), view.payload().end()), payload);
        EXPECT_TRUE(view.unit_start());
        EXPECT_EQ(view.adaptation_flags(), 0);
    }
}

} // namespace
} // namespace plex_tuner::ts
