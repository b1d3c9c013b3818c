// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/epg/matcher.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::epg {
namespace {

using ::testing::HasSubstr;

const std::vector<guide::SourceChannel> kGuide{
    {"BBCOne.uk", {"BBC One", "BBC One HD"}},
    {"BBCTwo.uk", {"BBC Two"}},
    {"fox.us", {"FOX"}},
    {"fox.it", {"FOX"}},
    {"tv2.dk", {"TV 2"}},
    {"TV2.no", {"TV 2"}},
    {"I10436.labs.zap2it.com", {"WABC-DT", "7.1 WABC"}},
    {"NatGeoWild.us", {"National Geographic Wild"}},
    {"sport1", {"Sports Arena One"}},
    {"sport1b", {"Sports Arena 1"}},
    {" Spaced.Id ", {}},
};

class MatcherTest : public ::testing::Test {
protected:
    Match match(std::string_view name, std::string_view tvg_id = {}, std::string_view group = {},
        bool apply_scored = false) {
        return Matcher(kGuide, aliases_, {.apply_scored = apply_scored})
            .match({name, tvg_id, group});
    }

    Aliases aliases_;
};

TEST_F(MatcherTest, TheGuideIdComesFirst) {
    const Match found = match("Anything", " bbctwo.UK ");
    EXPECT_EQ(found.method, Method::tvg_id_exact);
    EXPECT_EQ(found.xmltv_id, "BBCTwo.uk") << "as the guide spells it";
    EXPECT_EQ(match("x", "spaced.id").xmltv_id, "Spaced.Id");
}

TEST_F(MatcherTest, AGuideIdOfAnotherChannelGivesWayToTheName) {
    const Match found = match("UK: BBC One", "BBCTwo.uk");
    EXPECT_EQ(found.method, Method::name_exact);
    EXPECT_EQ(found.xmltv_id, "BBCOne.uk");
    ASSERT_EQ(found.alternatives.size(), 1U);
    EXPECT_EQ(found.alternatives[0].xmltv_id, "BBCTwo.uk");
    EXPECT_EQ(match("BBC One London", "BBCOne.uk").xmltv_id, "BBCOne.uk");
    EXPECT_EQ(match("My Own Name", "BBCTwo.uk").xmltv_id, "BBCTwo.uk")
        << "nothing speaks against it";
    EXPECT_EQ(match("BBC One", "tv2.dk").xmltv_id, "tv2.dk") << "the name tells no country";
}

TEST_F(MatcherTest, ThenAnAliasWhoseTargetIsThere) {
    aliases_.add("My Channel", "bbcone.uk");
    aliases_.add("Other", "nowhere.uk");
    EXPECT_EQ(match("UK: My Channel HD").method, Method::alias_exact);
    EXPECT_EQ(match("UK: My Channel HD").xmltv_id, "BBCOne.uk");
    EXPECT_EQ(match("Other").method, Method::none);
    EXPECT_THAT(match("Other").reason, HasSubstr("'nowhere.uk' is not in the guide"));
}

TEST_F(MatcherTest, ThenTheNameWhereItIsTheOnlyOne) {
    const Match found = match("UK | BBC 1 FHD");
    EXPECT_EQ(found.method, Method::name_exact);
    EXPECT_EQ(found.xmltv_id, "BBCOne.uk");
    EXPECT_EQ(found.reason, "the only channel of that name in uk");
    EXPECT_EQ(match("BBC.Two").xmltv_id, "BBCTwo.uk");
}

TEST_F(MatcherTest, TheCountryTellsNamesakesApart) {
    EXPECT_EQ(match("US: FOX").xmltv_id, "fox.us");
    EXPECT_EQ(match("FOX", {}, "IT| INTRATTENIMENTO").xmltv_id, "fox.it");
    EXPECT_EQ(match("FOX", "unknown.it").xmltv_id, "fox.it");
    EXPECT_EQ(match("NO: TV2").xmltv_id, "TV2.no");
    EXPECT_EQ(match("SE: TV2").method, Method::none) << "that of another country is another";
    const Match open = match("TV 2");
    EXPECT_EQ(open.method, Method::none);
    EXPECT_EQ(open.reason, "ambiguous normalized name");
    ASSERT_EQ(open.alternatives.size(), 2U);
    EXPECT_EQ(open.alternatives[0].xmltv_id, "tv2.dk");
}

TEST_F(MatcherTest, AmbiguityStays) {
    EXPECT_EQ(match("Sports Arena One").method, Method::none);
}

TEST_F(MatcherTest, LikelyOnesAreSuggestedUnlessTheyAreSwitchedOn) {
    const Match found = match("US: ABC 7 New York (WABC)");
    EXPECT_EQ(found.method, Method::none);
    ASSERT_FALSE(found.alternatives.empty());
    EXPECT_EQ(found.alternatives[0].xmltv_id, "I10436.labs.zap2it.com");
    EXPECT_EQ(found.alternatives[0].reason, "call sign WABC, country us");
    const Match applied = match("US: ABC 7 New York (WABC)", {}, {}, true);
    EXPECT_EQ(applied.method, Method::scored);
    EXPECT_EQ(applied.xmltv_id, "I10436.labs.zap2it.com");
    EXPECT_LT(applied.score, 1);
}

TEST_F(MatcherTest, AnotherNumberIsAnotherChannel) {
    for (const auto& one : match("UK: BBC Three", {}, {}, true).alternatives) {
        EXPECT_THAT(one.xmltv_id, ::testing::Not(HasSubstr("BBC")));
    }
    EXPECT_EQ(match("UK: BBC One +1", {}, {}, true).method, Method::none);
}

TEST_F(MatcherTest, HeadingsAndEventsMatchNothing) {
    for (const char* name : {"##### BBC One #####", "PPV 1 | FOX", "", "HD"}) {
        const Match found = match(name, {}, {}, true);
        EXPECT_EQ(found.method, Method::none) << name;
        EXPECT_TRUE(found.alternatives.empty()) << name;
    }
}

TEST_F(MatcherTest, TheSameInputGivesTheSameOutput) {
    EXPECT_EQ(match("US: ABC 7 (WABC)", {}, {}, true), match("US: ABC 7 (WABC)", {}, {}, true));
}

TEST_F(MatcherTest, AnEmptyGuideMatchesNothing) {
    EXPECT_EQ(Matcher({}, aliases_).match({"BBC One", "bbc1.uk", ""}).method, Method::none);
}

} // namespace
} // namespace plex_tuner::epg
