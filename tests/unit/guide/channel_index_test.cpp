// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_index.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::guide {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string_view> kLineup{"news.uk", "News.UK", " news.uk\t", "", "sport.uk"};

TEST(ChannelIndex, ExactIdsFirst) {
    ChannelIndex index(kLineup);
    index.begin_source();
    EXPECT_THAT(index.find("news.uk"), ElementsAre(0, 2));
    EXPECT_THAT(index.find("News.UK"), ElementsAre(1));
    EXPECT_THAT(index.find(""), IsEmpty());
    EXPECT_THAT(index.find("other"), IsEmpty());
}

TEST(ChannelIndex, ThenIgnoringCaseAndOuterBlanks) {
    ChannelIndex index(kLineup);
    index.begin_source();
    EXPECT_THAT(index.find(" SPORT.uk "), ElementsAre(4));
    EXPECT_THAT(index.find("NEWS.UK"), ElementsAre(0, 2, 1));
}

TEST(ChannelIndex, ASpellingThatIsDeclaredBesideTheExactOneIsAnotherChannel) {
    ChannelIndex index(kLineup);
    index.begin_source();
    index.declare("SPORT.UK");
    index.declare("sport.uk");
    EXPECT_THAT(index.find("SPORT.UK"), IsEmpty());
    EXPECT_THAT(index.find("sport.uk"), ElementsAre(4));
    index.begin_source();
    EXPECT_THAT(index.find("SPORT.UK"), ElementsAre(4));
}

TEST(ChannelIndex, ASpellingThatIsNotDeclaredMeansTheDeclaredOne) {
    ChannelIndex index(kLineup);
    index.begin_source();
    index.declare("sport.uk");
    EXPECT_THAT(index.find("SPORT.UK"), ElementsAre(4));
    EXPECT_THAT(index.find("sport.uk"), ElementsAre(4));
    EXPECT_THAT(index.find("Sport.uk"), ElementsAre(4));
    index.begin_source();
    index.declare("Sport.UK");
    EXPECT_THAT(index.find("Sport.UK"), ElementsAre(4));
    EXPECT_THAT(index.find("SPORT.UK"), ElementsAre(4));
}

TEST(ChannelIndex, WithoutADeclarationAnExactIdKeepsOthersOut) {
    ChannelIndex index(kLineup);
    index.begin_source();
    EXPECT_THAT(index.find("sport.uk"), ElementsAre(4));
    EXPECT_THAT(index.find("SPORT.UK"), IsEmpty());
}

TEST(ChannelIndex, OnlyTheFirstInexactSpellingCounts) {
    ChannelIndex index(kLineup);
    index.begin_source();
    EXPECT_THAT(index.find("Sport.UK"), ElementsAre(4));
    EXPECT_THAT(index.find("SPORT.UK"), IsEmpty());
    EXPECT_THAT(index.find("Sport.UK"), ElementsAre(4));
}

} // namespace
} // namespace plex_tuner::guide
