// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/epg/channel_name.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::epg {
namespace {

struct Row {
    const char* name;
    const char* key;
    const char* country;
};

class ChannelNames : public ::testing::TestWithParam<Row> {};

TEST_P(ChannelNames, LoseTheirOrnaments) {
    const ChannelName parsed = parse_channel_name(GetParam().name);
    EXPECT_EQ(parsed.key(), GetParam().key) << GetParam().name;
    EXPECT_EQ(parsed.country, GetParam().country) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(All, ChannelNames,
    ::testing::Values(Row{"CA: CTV Winnipeg HD", "ctvwinnipeg", "ca"},
        Row{"UK | BBC One FHD (Backup)", "bbc1", "uk"}, Row{"|UK| BBC 1 ᴴᴰ", "bbc1", "uk"},
        Row{"[UK] BBC One [Not 24/7]", "bbc1", "uk"}, Row{"UK - SkySportsF1", "skysportsf1", "uk"},
        Row{"GB: Sky Sports F1 UHD 50FPS", "skysportsf1", "uk"},
        Row{"DE ✪ Das Erste", "daserste", "de"}, Row{"Film4 +1", "film4plus1", ""},
        Row{"ITV1+1", "itv1plus1", ""}, Row{"Canal+ Sport", "canalplussport", ""},
        Row{"Canal Plus Sport", "canalplussport", ""}, Row{"A&E", "ae", ""},
        Row{"Crime & Investigation", "crimeinvestigation", ""},
        Row{"Crime and Investigation", "crimeinvestigation", ""},
        Row{"Nat Geo Wild", "nationalgeographicwild", ""},
        Row{"Discovery Channel UK", "discovery", "uk"}, Row{"US: ABC 7 (WABC)", "abc7wabc", "us"},
        Row{"FR ▎TF1 1080p", "tf1", "fr"}, Row{"Télé-Québec", "telequebec", ""},
        Row{"Первый канал", "первыйканал", ""}, Row{"IT CROWD", "itcrowd", ""},
        Row{"it: Rai 1", "itrai1", ""}, Row{"E! HD", "e", ""}, Row{"", "", ""}, Row{"HD", "", ""},
        Row{"UK: Channel 5 +1 HD", "channel5plus1", "uk"}, Row{"Channel Five", "channel5", ""},
        Row{"Channel", "", ""}, Row{"Disney Channel", "disney", ""},
        Row{"USA Network", "usanetwork", ""}, Row{"UK:", "uk", ""}));

TEST(ChannelName, CountryOfTheGroupCountsWhereTheNameHasNone) {
    EXPECT_EQ(parse_channel_name("BBC One", "UK| ENTERTAINMENT").country, "uk");
    EXPECT_EQ(parse_channel_name("DE: ZDF", "UK| ENTERTAINMENT").country, "de");
    EXPECT_EQ(parse_channel_name("ZDF", "ENTERTAINMENT").country, "");
    for (const auto& [group, country] :
        std::vector<std::pair<std::string, std::string>>{{"Spain", "es"}, {"UNITED KINGDOM", "uk"},
            {"USA Locals", "us"}, {"[US] SPORT", "us"}, {"DE | PAY", "de"}, {"Arabic", "arab"},
            {"IT NEWS", ""}, {"24/7", ""}, {"NO LIMITS", ""}, {"General", ""}}) {
        EXPECT_EQ(parse_channel_name("X", group).country, country) << group;
    }
}

TEST(ChannelName, HeadingsEventsAndLoopsAreNoBroadcasters) {
    for (const char* name :
        {"##### UK SPORTS #####", "PPV 12 | A v B", "24/7: Friends", "--- NEWS ---"}) {
        EXPECT_TRUE(parse_channel_name(name).is_no_broadcast) << name;
    }
    EXPECT_FALSE(parse_channel_name("Sky News [Not 24/7]").is_no_broadcast);
    EXPECT_FALSE(parse_channel_name("News 24").is_no_broadcast);
}

TEST(CountryOfGuideId, IsItsLastPart) {
    EXPECT_EQ(country_of_guide_id("BBCOne.uk"), "uk");
    EXPECT_EQ(country_of_guide_id("x.GB"), "uk");
    EXPECT_EQ(country_of_guide_id("I1.labs.zap2it.com"), kNorthAmerica);
    EXPECT_EQ(country_of_guide_id("403788"), "");
}

TEST(CallSign, HasFourLetters) {
    EXPECT_EQ(call_sign_of("wabc"), "WABC");
    EXPECT_EQ(call_sign_of("KTLA"), "KTLA");
    EXPECT_EQ(call_sign_of("wabcdt"), "WABC");
    EXPECT_EQ(call_sign_of("wales"), "");
    EXPECT_EQ(call_sign_of("fox"), "");
    EXPECT_EQ(call_sign_of("w2bc"), "");
}

} // namespace
} // namespace plex_tuner::epg
