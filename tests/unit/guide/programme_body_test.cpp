// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_driver.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

std::string written(const std::string& children) {
    ProgrammeBody body;
    read_children(children, body);
    return std::string(body.xml()) + (body.has_title() ? "" : " (no title)");
}

TEST(ProgrammeBody, OrderedChildrenPass) {
    const std::string children =
        "<title lang=\"en\">A</title><sub-title>B</sub-title><desc>C</desc><new/>";
    EXPECT_EQ(written(children), children);
}

TEST(ProgrammeBody, OthersAreSortedAndEqualOnesKeepTheirOrder) {
    EXPECT_EQ(
        written("<new/><category>x</category><desc>d</desc><category>a</category><title>t</title>"),
        "<title>t</title><desc>d</desc><category>x</category><category>a</category><new/>");
    EXPECT_EQ(written("<title>t</title><credits><guest>g</guest><director>d</director></credits>"),
        "<title>t</title><credits><director>d</director><guest>g</guest></credits>");
    EXPECT_EQ(written("<title>t</title><rating><icon src=\"i\"/><value>v</value></rating>"),
        "<title>t</title><rating><value>v</value><icon src=\"i\"/></rating>");
}

TEST(ProgrammeBody, UnknownAndMisplacedElementsGoWithAllTheyHold) {
    EXPECT_EQ(
        written(
            "<live/><title>t<b>bold</b></title><director>d</director><x><title>no</title></x>text"),
        "<title>t</title>");
}

TEST(ProgrammeBody, BlankElementsGo) {
    EXPECT_EQ(
        written("<title> </title><desc/><credits> <actor/> </credits><subtitles/>"), " (no title)");
    EXPECT_EQ(written("<title>t</title><premiere> </premiere><last-chance/>"),
        "<title>t</title><premiere/><last-chance/>");
}

TEST(ProgrammeBody, TextAndProgrammeAreBounded) {
    EXPECT_LT(written("<title>" + std::string(200'000, 'x') + "</title>").size(), 70'000U);
    std::string many = "<title>t</title>";
    for (int i = 0; i < 20; ++i) {
        many += "<desc>" + std::string(60'000, 'x') + "</desc>";
    }
    EXPECT_LT(written(many).size(), 400'000U);
    EXPECT_EQ(written("<icon src=\"" + std::string(10'000, 'x') + "\"/><title>t</title>"),
        "<title>t</title>");
}

TEST(ProgrammeBody, TextIsCutBetweenCharacters) {
    std::string title = "x";
    for (int i = 0; i < 40'000; ++i) {
        title += "\xC3\xA9";
    }
    const std::string out = written("<title>" + title + "</title>");
    EXPECT_TRUE(out.ends_with("\xC3\xA9</title>"));
}

} // namespace
} // namespace plex_tuner::guide
