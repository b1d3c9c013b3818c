// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/lineup_id.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

TEST(LineupId, NamesTheGuideAndItsTitle) {
    EXPECT_EQ(xmltv_lineup_id("http://10.0.0.5:5004/guide.xml", "My Tuner"),
        "lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#My Tuner");
}

TEST(LineupId, GivesTheAddressBackHoweverItIsEncoded) {
    for (const char* id :
        {"lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#My Tuner",
            "lineup://tv.plex.providers.epg.xmltv/http%3A%2F%2F10.0.0.5%3A5004%2Fguide.xml#T",
            "lineup%3A%2F%2Ftv.plex.providers.epg.xmltv%2Fhttp%253A%252F%252F10.0.0.5%253A5004"
            "%252Fguide.xml%23T"}) {
        EXPECT_EQ(guide_url_of(id), "http://10.0.0.5:5004/guide.xml") << id;
    }
    EXPECT_EQ(guide_url_of("lineup://tv.plex.providers.epg.cloud/5fc7-USA#Rogers"), std::nullopt);
}

TEST(LineupId, AddressesAreComparedAsServersWriteThem) {
    EXPECT_TRUE(is_same_address("http://H:5004/", "http://h:5004"));
    EXPECT_TRUE(is_same_address("http://h", "HTTP://h:80/"));
    EXPECT_TRUE(is_same_address("http://h/a//", "http://h/a"));
    EXPECT_FALSE(is_same_address("http://h:5004", "http://h:5005"));
    EXPECT_FALSE(is_same_address("http://h", "https://h"));
    EXPECT_FALSE(is_same_address("http://h/a", "http://h/b"));
    EXPECT_FALSE(is_same_address("", "http://h"));
}

} // namespace
} // namespace plex_tuner::plex
