// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/ssdp.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::hdhr {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kType = "urn:schemas-upnp-org:device:MediaServer:1";

std::optional<SsdpSearch> search(const std::string& target, const std::string& more = "MX: 3\r\n") {
    return parse_ssdp_search("M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n"
                             "Man: \"ssdp:discover\"\r\n" +
                                 more + "ST: " + target + "\r\n\r\n",
        Device{});
}

TEST(Ssdp, ASearchForOurTargetsIsAnswered) {
    const std::string uuid = "uuid:" + device_uuid(Device{});
    ASSERT_TRUE(search("ssdp:all"));
    EXPECT_THAT(search("ssdp:all")->targets, ElementsAre("upnp:rootdevice", uuid, kType));
    for (const std::string& target : {std::string("upnp:rootdevice"), uuid, std::string(kType)}) {
        ASSERT_TRUE(search(target)) << target;
        EXPECT_THAT(search(target)->targets, ElementsAre(target));
    }
    EXPECT_FALSE(search("urn:schemas-upnp-org:device:InternetGatewayDevice:1"));
    EXPECT_FALSE(search("uuid:11111111-2222-3333-4444-555555555555"));
}

TEST(Ssdp, RepliesAreSpreadAsTheSearchAllowsAndNoLonger) {
    EXPECT_EQ(search("ssdp:all")->spread, std::chrono::seconds(3));
    EXPECT_EQ(search("ssdp:all", "mx:0\r\n")->spread, std::chrono::seconds(0));
    EXPECT_EQ(search("ssdp:all", "MX: 4000000000\r\n")->spread, std::chrono::seconds(5));
    EXPECT_EQ(search("ssdp:all", "MX: x\r\n")->spread, std::chrono::seconds(1));
}

TEST(Ssdp, WhatIsNoSearchIsNotAnswered) {
    for (const char* text : {"", "\n", ":", "M-SEARCH * HTTP/1.1\r\n", "NOTIFY * HTTP/1.1\r\n\r\n",
             "M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n",
             "M-SEARCH * HTTP/1.1\r\nMAN: ssdp:discover\r\nST: ssdp:all\r\n\r\n",
             "GET / HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nST: ssdp:all\r\n\r\n"}) {
        EXPECT_FALSE(parse_ssdp_search(text, Device{})) << text;
    }
}

TEST(Ssdp, MessagesNameTheDeviceAndWhereItIs) {
    const SsdpMessages messages(Device{}, "1.2");
    const std::string uuid = "uuid:" + device_uuid(Device{});
    const std::string location = "http://10.0.0.5:5004/device.xml";
    const std::string reply = messages.reply("upnp:rootdevice", location);
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(reply, HasSubstr("CACHE-CONTROL: max-age=1800\r\n"));
    EXPECT_THAT(reply, HasSubstr("LOCATION: " + location + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("EXT:\r\n"));
    EXPECT_THAT(reply, HasSubstr("ST: upnp:rootdevice\r\nUSN: " + uuid + "::upnp:rootdevice\r\n"));
    EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
    EXPECT_THAT(messages.reply(uuid, location), HasSubstr("USN: " + uuid + "\r\n"));
    EXPECT_THAT(messages.alive(kType, location), HasSubstr("NTS: ssdp:alive\r\n"));
    EXPECT_THAT(messages.byebye(kType), HasSubstr("NTS: ssdp:byebye\r\n"));
}

TEST(SsdpSearch, WhatAClientSendsIsAnsweredAndTheAnswerRead) {
    const Device device;
    const auto search =
        parse_ssdp_search(ssdp_search("upnp:rootdevice", std::chrono::seconds(2)), device);
    ASSERT_TRUE(search);
    EXPECT_EQ(search->spread, std::chrono::seconds(2));
    const SsdpMessages messages(device, "1");
    const auto reply = parse_ssdp_reply(
        messages.reply(search->targets.front(), "http://10.0.0.5:5004/device.xml"));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->usn, "uuid:" + device_uuid(device) + "::upnp:rootdevice");
    EXPECT_EQ(reply->location, "http://10.0.0.5:5004/device.xml");
    EXPECT_FALSE(parse_ssdp_reply(messages.alive("upnp:rootdevice", "http://10.0.0.5")));
    EXPECT_FALSE(parse_ssdp_reply("HTTP/1.1 200 OK\r\n\r\n"));
}

} // namespace
} // namespace plex_tuner::hdhr
