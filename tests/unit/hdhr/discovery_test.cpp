// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire_bytes.hpp"

#include <plex_tuner/hdhr/discovery.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::hdhr {
namespace {

constexpr std::string_view kBase = "http://10.0.0.5:5004";

Device device_under_test() {
    Device device;
    device.id = DeviceId::corrected(0x10439EFD);
    return device;
}

bool is_answered(const std::vector<std::uint8_t>& request) {
    return !answer_discovery(request, device_under_test(), kBase).empty();
}

TEST(Discovery, TheReplyBeginsWithTheBytesOfHardwareAndEndsWithTheAuth) {
    const Device device = device_under_test();
    const auto reply =
        answer_discovery(from_hex("0002000c0104ffffffff0204ffffffff73cc7d8f"), device, kBase);
    const std::string expected_fields =
        "010400000001020410439efd1001022a14687474703a2f2f31302e302e302e353a353030342720687474703a2f"
        "2f31302e302e302e353a353030342f6c696e6575702e6a736f6e";
    EXPECT_EQ(to_hex(reply).substr(8, expected_fields.size()), expected_fields);
    const auto packet = NativePacket::parse(reply);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->is(PacketType::discover_reply));
    EXPECT_EQ(packet->text(Tag::device_auth).value_or(""),
        nlohmann::json::parse(discover_json(device, kBase)).at("DeviceAuth").get<std::string>())
        << "the same as over HTTP";
}

TEST(Discovery, EveryWayToAskForItIsAnswered) {
    EXPECT_TRUE(is_answered(from_hex("00020006010400000001393077e7"))) << "no id";
    EXPECT_TRUE(is_answered(from_hex("0002000a2d0800000001000000054f63391f"))) << "list of types";
    EXPECT_TRUE(is_answered(sealed(2, ""))) << "nothing said";
    EXPECT_TRUE(is_answered(sealed(2, "020410439efd"))) << "our id";
}

TEST(Discovery, WhatIsForOthersIsNotAnswered) {
    EXPECT_FALSE(is_answered(from_hex("0002000c0104ffffffff0204123456743f713d33"))) << "another id";
    EXPECT_FALSE(is_answered(sealed(2, "010400000005"))) << "storage";
    EXPECT_FALSE(is_answered(sealed(2, "2d0400000005"))) << "storage in a list";
    EXPECT_FALSE(is_answered(from_hex("0004000d030b2f7379732f6d6f64656c008f5b54b5"))) << "a get";
    EXPECT_FALSE(is_answered(sealed(3, "0104000000010204ffffffff"))) << "a reply";
    EXPECT_FALSE(is_answered({})) << "nothing";
    EXPECT_FALSE(is_answered(from_hex("0002000c0104ffffffff0204ffffffff73cc7d8e"))) << "check sum";
}

TEST(Discovery, ManyTunersAreAsManyAsAByteHolds) {
    Device device = device_under_test();
    device.tuner_count = 300;
    const auto reply = answer_discovery(sealed(2, ""), device, kBase);
    const auto packet = NativePacket::parse(reply);
    ASSERT_TRUE(packet && packet->find(Tag::tuner_count));
    EXPECT_EQ(packet->find(Tag::tuner_count)->front(), 255);
}

TEST(Discovery, ABaseUrlThatFitsNoPacketIsNotSent) {
    EXPECT_TRUE(
        answer_discovery(sealed(2, ""), device_under_test(), std::string(1000, 'x')).empty());
}

} // namespace
} // namespace plex_tuner::hdhr
