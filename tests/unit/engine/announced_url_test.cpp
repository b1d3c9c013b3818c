// SPDX-License-Identifier: GPL-3.0-or-later
#include "announced_url.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using boost::asio::ip::make_address;

TEST(AnnouncedUrl, IsMadeOfTheAddressThatTheClientReached) {
    const AnnouncedUrl everywhere("", ":5004", 5004);
    EXPECT_EQ(everywhere.at(make_address("10.0.0.5")), "http://10.0.0.5:5004");
    EXPECT_EQ(everywhere.at(make_address("fd00::5")), "http://[fd00::5]:5004");
    EXPECT_EQ(everywhere.at({}), "") << "no address";
    EXPECT_EQ(AnnouncedUrl("", "*:0", 80).at(make_address("10.0.0.5")), "http://10.0.0.5");
}

TEST(AnnouncedUrl, TheConfiguredOneCountsForEverybody) {
    EXPECT_EQ(AnnouncedUrl("http://tv.example/", ":5004", 5004).at(make_address("10.0.0.5")),
        "http://tv.example");
}

TEST(AnnouncedUrl, WhereTheServerDoesNotListenThereIsNone) {
    const AnnouncedUrl one("", "10.0.0.5:5004", 5004);
    EXPECT_EQ(one.at(make_address("10.0.0.5")), "http://10.0.0.5:5004");
    EXPECT_EQ(one.at(make_address("10.0.1.5")), "");
    const AnnouncedUrl local("", "localhost:5004", 5004);
    EXPECT_EQ(local.at(make_address("127.0.0.1")), "http://127.0.0.1:5004");
    EXPECT_EQ(local.at(make_address("10.0.0.5")), "");
    EXPECT_EQ(AnnouncedUrl("", "[fd00::5]:5004", 5004).at(make_address("fd00::5")),
        "http://[fd00::5]:5004");
}

} // namespace
} // namespace plex_tuner::engine
