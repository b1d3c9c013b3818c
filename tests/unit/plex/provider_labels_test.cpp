// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/provider_labels.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPath = "/media/providers";
constexpr const char* kRoot = "/tv.plex.providers.epg.xmltv:7";

Dvr dvr(
    std::string key, std::string lineup_title, std::string title = "", std::string lineup = "") {
    Dvr out;
    out.key = std::move(key);
    out.lineup_title = std::move(lineup_title);
    out.title = std::move(title);
    if (!lineup.empty()) {
        out.lineups = {std::move(lineup)};
    }
    return out;
}

ProviderLabels labels(const std::vector<Dvr>& dvrs, std::string_view prefix = "pt-") {
    return {dvrs, prefix};
}

TEST(ProviderLabels, ComeFromTheBestNameThatThereIs) {
    Dvr cloud = dvr("4", "Cloud");
    cloud.epg_identifier = "tv.plex.providers.epg.cloud:4";
    Dvr renamed = dvr("5", "pt-");
    renamed.epg_identifier = "tv.plex.providers.epg.xmltv:55";
    const ProviderLabels all = labels({dvr("1", "pt-Sports", "x"), dvr("2", "", "Kids"),
        dvr("3", "", "", "lineup://tv.plex.providers.epg.xmltv/http://a/g.xml#pt-My%20News"), cloud,
        renamed, dvr("6", "")});
    const std::string base = "tv.plex.providers.epg.xmltv:";
    EXPECT_EQ(all.label(base + "1"), "Sports");
    EXPECT_EQ(all.label(base + "2"), "Kids");
    EXPECT_EQ(all.label(base + "3"), "My News");
    EXPECT_EQ(all.label(base + "55"), "pt-"); // nothing would be left
    EXPECT_EQ(all.size(), 4U);
}

TEST(ProviderLabels, OnlyTheirPathsAreLookedAt) {
    EXPECT_TRUE(shows_provider_labels(kPath));
    EXPECT_TRUE(shows_provider_labels(kRoot));
    EXPECT_TRUE(shows_provider_labels(std::string(kRoot) + "/hubs/discover"));
    EXPECT_FALSE(shows_provider_labels("/media/providers/4"));
    EXPECT_FALSE(shows_provider_labels("/library/sections"));
    EXPECT_FALSE(shows_provider_labels("/tv.plex.providers.epg.cloud:7"));
}

TEST(ProviderLabels, NothingElseOfADocumentChanges) {
    const std::string before =
        R"(<?xml version="1.0"?><MediaContainer size="1"> <!--c--><MediaProvider )"
        R"(identifier="tv.plex.providers.epg.xmltv:7" title="%"><Feature type="content">)"
        R"(<Directory key="/tv.plex.providers.epg.xmltv:7/watchnow" title="My Guide"/>)"
        R"(</Feature><a b="&lt;&amp;">t &amp; t</a></MediaProvider></MediaContainer>)";
    std::string after = before;
    after.replace(after.find('%'), 1, R"(S" friendlyName="S" sourceTitle="S)");
    EXPECT_EQ(with_provider_labels(kPath, before, labels({dvr("7", "S")})), after);
    EXPECT_EQ(with_provider_labels(kPath, before, labels({dvr("8", "S")})), std::nullopt);
    EXPECT_EQ(with_provider_labels(kPath, after, labels({dvr("7", "S")})), std::nullopt);

    const std::string json = R"({"MediaContainer":{"z":1,"a":18446744073709551615,"MediaProvider":)"
                             R"({"identifier":"tv.plex.providers.epg.xmltv:7","title":"T",)"
                             R"("n":[1.5,null,true,"ü"]}}})";
    EXPECT_EQ(with_provider_labels(kPath, json, labels({dvr("7", "S")})),
        R"({"MediaContainer":{"z":1,"a":18446744073709551615,"MediaProvider":)"
        R"({"identifier":"tv.plex.providers.epg.xmltv:7","title":"S","n":[1.5,null,true,"ü"],)"
        R"("friendlyName":"S","sourceTitle":"S"}}})");
}

TEST(ProviderLabels, TitlesThatSayNothingAreReplacedInAProvider) {
    const auto in = [](const std::string& path, const std::string& attributes) {
        return with_provider_labels(path,
            "<MediaContainer " + attributes + "><Directory title=\"Sports\"/></MediaContainer>",
            labels({dvr("7", "S & T")}))
            .value_or("unchanged");
    };
    EXPECT_THAT(in(kRoot, R"(title1="Plex Library" title2="Guide" friendlyName="x")"),
        HasSubstr(R"(title1="S &amp; T" title2="S &amp; T" friendlyName="S &amp; T")"));
    EXPECT_THAT(in(kRoot, R"(title1="News" title2="Plex Library" title="Mine")"), "unchanged");
    EXPECT_THAT(in(kRoot, ""), HasSubstr(R"(title1="S &amp; T")"));
    const std::string below = std::string(kRoot) + "/grid";
    EXPECT_EQ(in(below, ""), "unchanged");
    EXPECT_THAT(in(below, R"(title1="Live TV &amp; DVR")"), HasSubstr(R"(title1="S &amp; T")"));
    EXPECT_THAT(in("/tv.plex.providers.epg.xmltv:77", R"(title1="")"), "unchanged");
}

TEST(ProviderLabels, WhatIsNoDocumentIsLeftAlone) {
    const ProviderLabels some = labels({dvr("7", "S")});
    for (const std::string& body :
        {std::string(), std::string("<html/>"), std::string("<MediaContainer"), std::string("[]"),
            std::string(R"({"MediaContainer":[]})"), std::string("{"), std::string("text"),
            "{\"MediaContainer\":{\"a\":" + std::string(1'000'000, '[') +
                std::string(1'000'000, ']') + "}}"}) {
        EXPECT_EQ(with_provider_labels(kPath, body, some), std::nullopt);
        EXPECT_EQ(with_provider_labels(kRoot, body, some), std::nullopt);
    }
}

} // namespace
} // namespace plex_tuner::plex
