// SPDX-License-Identifier: GPL-3.0-or-later
#include "datagram_url.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

std::string read(const std::string& text, const std::string& interface = "") {
    const auto url = Url::parse(text);
    if (!url) {
        return "no URL";
    }
    const auto address = parse_datagram_url(*url, interface);
    if (!address) {
        return address.error().message();
    }
    return address->address.to_string() + " " + std::to_string(address->port) +
           (address->source ? " from " + address->source->to_string() : "") +
           (address->interface.empty() ? "" : " on " + address->interface);
}

TEST(DatagramUrl, GroupsWithAndWithoutAt) {
    EXPECT_EQ(read("udp://@239.0.0.1:1234"), "239.0.0.1 1234");
    EXPECT_EQ(read("RTP://239.0.0.1:1234/"), "239.0.0.1 1234");
    EXPECT_EQ(read("udp://@[ff15::1]:5000"), "ff15::1 5000");
}

TEST(DatagramUrl, AddressesOfThisMachine) {
    EXPECT_EQ(read("udp://127.0.0.1:1234"), "127.0.0.1 1234");
    EXPECT_EQ(read("udp://localhost:1234"), "127.0.0.1 1234");
    EXPECT_EQ(read("udp://@:1234"), "0.0.0.0 1234");
    EXPECT_EQ(read("udp://[::]:1234"), ":: 1234");
}

TEST(DatagramUrl, TheAddressNamesTheInterfaceBeforeTheSetting) {
    EXPECT_EQ(read("udp://@239.0.0.1:1", "eth9"), "239.0.0.1 1 on eth9");
    EXPECT_EQ(read("udp://@239.0.0.1:1?fifo_size=9&iface=eth0", "eth9"), "239.0.0.1 1 on eth0");
    EXPECT_EQ(read("udp://@239.0.0.1:1/?localaddr=192.168.1.5"), "239.0.0.1 1 on 192.168.1.5");
}

TEST(DatagramUrl, OnlyFromOneSender) {
    EXPECT_EQ(read("udp://192.0.2.7@232.0.0.1:1"), "232.0.0.1 1 from 192.0.2.7");
    EXPECT_NE(read("udp://192.0.2.7@127.0.0.1:1").find("sender"), std::string::npos);
    EXPECT_NE(read("udp://192.0.2.7@[ff15::1]:1").find("family"), std::string::npos);
}

TEST(DatagramUrl, WhatIsMissingIsNamed) {
    EXPECT_NE(read("udp://@239.0.0.1").find("port"), std::string::npos);
    EXPECT_NE(read("udp://camera.example:1234").find("number"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::gateway
