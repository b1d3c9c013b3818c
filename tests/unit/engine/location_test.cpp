// SPDX-License-Identifier: GPL-3.0-or-later
#include "location.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

Location at(const std::string& url) {
    return *Url::parse(url);
}

std::vector<std::string> texts_of(const std::vector<Location>& locations) {
    std::vector<std::string> texts;
    for (const Location& location : locations) {
        texts.push_back(redacted_text(location));
    }
    return texts;
}

using Texts = std::vector<std::string>;

TEST(GuideLocations, AreRelativeToWhereThePlaylistWasFetched) {
    EXPECT_EQ(texts_of(guide_locations({"http://other/g.xml", "epg/g.xml", "/g.xml", "ftp://h/g"},
                  at("http://host/lists/tv.m3u"))),
        (Texts{"http://other/g.xml", "http://host/lists/epg/g.xml", "http://host/g.xml"}));
}

TEST(GuideLocations, OfAPlaylistOnDiskMayBeFilesBesideIt) {
    EXPECT_EQ(texts_of(guide_locations({"guide.xml", "/abs/guide.xml", "http://h/g.xml"},
                  std::filesystem::path("/lists/tv.m3u"))),
        (Texts{"/lists/guide.xml", "/abs/guide.xml", "http://h/g.xml"}));
}

TEST(LocationList, ReadsBackWhatItWrote) {
    const std::vector<Location> locations{
        at("http://h/xmltv.php?username=u&password=p"), std::filesystem::path("/a b/guide.xml")};
    EXPECT_EQ(parse_location_list(location_list(locations)), locations);
    EXPECT_TRUE(parse_location_list("").empty());
}

TEST(RedactedText, HidesCredentials) {
    EXPECT_EQ(redacted_text(at("http://h/x?password=planted")).find("planted"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::engine
