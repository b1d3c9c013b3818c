// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_listen_address.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(ParseListenAddress, TakesTheUsualShapes) {
    for (const std::string_view text :
        {":5004", ":0", ":65535", "127.0.0.1:80", "localhost:5004", "LocalHost:1", "0.0.0.0:5004",
            "[::]:5004", "[::1]:0", "[fe80::1%eth0]:5004", "[::ffff:10.0.0.1]:5004"}) {
        EXPECT_EQ(parse_listen_address(text), text);
    }
    EXPECT_EQ(parse_listen_address(" :5004\n"), ":5004");
    EXPECT_EQ(parse_listen_address("*:5004"), ":5004");
}

TEST(ParseListenAddress, RefusesEverythingElse) {
    for (const std::string_view text :
        {"", "5004", "localhost", ":", "host:", ":65536", ":-1", ":x", "tuner.lan:5004",
            "my_host-1.example:1", "1.2.3:4", "256.0.0.1:1", "[127.0.0.1]:1", "[]:1", "[:1", "**:1",
            "::1:5004", "::", "[::1]", "[::1]5004", "[]:5004", "[host]:5004", "a b:1", "http://h:1",
            "h/x:1", "[::1:5004", "::1]:5004", "[fe80::1%]:1", "[fe80::1%e/0]:1"}) {
        EXPECT_EQ(parse_listen_address(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_listen_address(std::string(254, 'h') + ":1"), std::nullopt);
}

} // namespace
} // namespace plex_tuner::config
