// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire_bytes.hpp"

#include <plex_tuner/hdhr/discovery.hpp>
#include <plex_tuner/hdhr/discovery_client.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::hdhr {
namespace {

TEST(DiscoveryClient, AsksInTheBytesOfTheMakersPrograms) {
    EXPECT_EQ(to_hex(discovery_request()), "0002000c0104ffffffff0204ffffffff73cc7d8f");
    EXPECT_EQ(to_hex(discovery_request(DeviceId::corrected(0x12345674))),
        "0002000c0104ffffffff0204123456743f713d33");
    EXPECT_EQ(to_hex(get_request("/sys/model")), "0004000d030b2f7379732f6d6f64656c008f5b54b5");
}

TEST(DiscoveryClient, ReadsWhatHardwareAnswers) {
    const auto found = read_discovery_reply(
        from_hex("00030047010400000001020410439efd1001022a14687474703a2f2f31302e302e302e353a3530303"
                 "42720687474"
                 "703a2f2f31302e302e302e353a353030342f6c696e6575702e6a736f6e8ce0e4c6"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, 0x10439EFDU);
    EXPECT_EQ(found->tuner_count, 2);
    EXPECT_EQ(found->base_url, "http://10.0.0.5:5004");
    EXPECT_EQ(found->lineup_url, "http://10.0.0.5:5004/lineup.json");
    EXPECT_EQ(read_get_reply(from_hex("0005001f030b2f7379732f6d6f64656c0004106864686f6d6572756e345f"
                                      "6174736300aa54a687")),
        "hdhomerun4_atsc");
}

TEST(DiscoveryClient, WhatIsNoReplyOfATunerIsNone) {
    EXPECT_FALSE(read_discovery_reply(discovery_request()));
    EXPECT_FALSE(read_discovery_reply({}));
    NativePacketWriter storage(PacketType::discover_reply);
    storage.number(Tag::device_type, 5).number(Tag::device_id, 0x10439EFD);
    EXPECT_FALSE(read_discovery_reply(storage.finish()));
    EXPECT_FALSE(
        read_get_reply(from_hex("00050021051f4552524f523a20756e6b6e6f776e206765747365742076"
                                "61726961626c6500a7b780f0")));
}

TEST(DiscoveryClient, TextsOfStrangersAreHarmless) {
    NativePacketWriter reply(PacketType::discover_reply);
    reply.number(Tag::device_type, 1)
        .number(Tag::device_id, 7)
        .text(Tag::base_url, "http://\x1b[2J\n");
    EXPECT_EQ(read_discovery_reply(reply.finish())->base_url, "http://?[2J?");
}

} // namespace
} // namespace plex_tuner::hdhr
