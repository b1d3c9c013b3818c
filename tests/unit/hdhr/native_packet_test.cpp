// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire_bytes.hpp"

#include <plex_tuner/hdhr/native_packet.hpp>

#include <array>

#include <gtest/gtest.h>

namespace plex_tuner::hdhr {
namespace {

TEST(NativePacket, ReadsADiscoveryRequest) {
    const auto bytes = from_hex("0002000c0104ffffffff0204123456743f713d33");
    const auto packet = NativePacket::parse(bytes);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->is(PacketType::discover_request));
    EXPECT_EQ(packet->number(Tag::device_type), 0xFFFFFFFFU);
    EXPECT_EQ(packet->number(Tag::device_id), 0x12345674U);
    EXPECT_FALSE(packet->find(Tag::lock_key));
}

TEST(NativePacket, ReadsASetRequestWithItsLockKey) {
    const auto bytes =
        from_hex("0004001f03102f74756e6572302f6368616e6e656c0004056e6f6e6500150400000063"
                 "dde7a5fa");
    const auto packet = NativePacket::parse(bytes);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->is(PacketType::getset_request));
    EXPECT_EQ(packet->text(Tag::name), "/tuner0/channel");
    EXPECT_EQ(packet->text(Tag::value), "none");
    EXPECT_EQ(packet->number(Tag::lock_key), 99U);
}

TEST(NativePacket, WritesTheBytesOfHardware) {
    EXPECT_EQ(to_hex(NativePacketWriter(PacketType::getset_request)
                      .terminated_text(Tag::name, "/sys/model")
                      .finish()),
        "0004000d030b2f7379732f6d6f64656c008f5b54b5");
    EXPECT_EQ(to_hex(NativePacketWriter(PacketType::getset_reply)
                      .terminated_text(Tag::name, "/sys/model")
                      .terminated_text(Tag::value, "hdhomerun4_atsc")
                      .finish()),
        "0005001f030b2f7379732f6d6f64656c0004106864686f6d6572756e345f6174736300aa54a687");
    EXPECT_EQ(to_hex(NativePacketWriter(PacketType::getset_reply)
                      .terminated_text(Tag::error, "ERROR: unknown getset variable")
                      .finish()),
        "00050021051f4552524f523a20756e6b6e6f776e20676574736574207661726961626c6500a7b780f0");
}

TEST(NativePacket, LongFieldsHaveTheLowBitsOfTheirLengthFirst) {
    const std::string text(200, 'x');
    const auto bytes = NativePacketWriter(PacketType::getset_reply).text(Tag::value, text).finish();
    EXPECT_EQ(bytes[5], 0xC8);
    EXPECT_EQ(bytes[6], 0x01);
    const auto packet = NativePacket::parse(bytes);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->text(Tag::value), text);
}

TEST(NativePacket, EveryCutAndEveryFlippedBitIsRefused) {
    const auto whole =
        from_hex("0004001903112f74756e6572302f766368616e6e656c000404352e31000d1ee085");
    ASSERT_TRUE(NativePacket::parse(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(NativePacket::parse(Octets(whole).first(size))) << size;
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        auto damaged = whole;
        damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(NativePacket::parse(damaged)) << bit;
    }
    auto longer = whole;
    longer.push_back(0);
    EXPECT_FALSE(NativePacket::parse(longer));
}

TEST(NativePacket, FieldsThatReachBeyondTheEndAreRefused) {
    EXPECT_TRUE(NativePacket::parse(sealed(4, "")));
    EXPECT_FALSE(NativePacket::parse(sealed(4, "03"))) << "no length";
    EXPECT_FALSE(NativePacket::parse(sealed(4, "0302aa"))) << "short value";
    EXPECT_FALSE(NativePacket::parse(sealed(4, "0380"))) << "half a length";
    EXPECT_FALSE(NativePacket::parse(sealed(4, "038101"))) << "long and short";
}

TEST(NativePacket, UnknownFieldsArePassedOverAndWrongSizesIgnored) {
    const auto bytes = sealed(2, "7703aabbcc0102ffff0204ffffffff");
    const auto packet = NativePacket::parse(bytes);
    ASSERT_TRUE(packet);
    EXPECT_FALSE(packet->number(Tag::device_type));
    EXPECT_EQ(packet->number(Tag::device_id), 0xFFFFFFFFU);
}

TEST(NativePacket, ANameMayLackItsNul) {
    const auto bytes = sealed(4, "03046865"
                                 "6c70");
    const auto packet = NativePacket::parse(bytes);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->text(Tag::name), "help");
}

TEST(NativePacket, IsNeverLongerThanItsLimit) {
    NativePacketWriter full(PacketType::getset_reply);
    full.text(Tag::value, std::string(1449, 'x')); // and three bytes before it
    EXPECT_TRUE(full.fits());
    const auto bytes = full.finish();
    EXPECT_EQ(bytes.size(), kMaxPacketBytes);
    EXPECT_TRUE(NativePacket::parse(bytes));
    NativePacketWriter over(PacketType::getset_reply);
    over.text(Tag::value, std::string(1450, 'x'));
    EXPECT_FALSE(over.fits());
    EXPECT_FALSE(NativePacket::parse(over.finish()));
}

TEST(NativePacket, ItsHeadTellsItsLength) {
    EXPECT_EQ(native_packet_length(std::array<std::uint8_t, 4>{0, 4, 0, 0x0D}), 21U);
    EXPECT_EQ(native_packet_length(std::array<std::uint8_t, 4>{0, 4, 0x05, 0xAC}), 1460U);
    EXPECT_FALSE(native_packet_length(std::array<std::uint8_t, 4>{0, 4, 0x05, 0xAD}));
    EXPECT_FALSE(native_packet_length(std::array<std::uint8_t, 4>{'G', 'E', 'T', ' '}));
}

} // namespace
} // namespace plex_tuner::hdhr
