// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_map_query.hpp"
#include "document.hpp"
#include "read_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What protocols 9.4 shows of a server, in both encodings and the forms they come in.
constexpr std::string_view kDvrXml =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<MediaContainer size="1" status="0" message=""><Dvr key="218" uuid="u" language="eng" lineupTitle="Synthetic" lineup="lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#Synthetic"><Device key="179" uuid="device://tv.plex.grabbers.hdhomerun/10439efd" uri="http://10.0.0.5:5004"><ChannelMapping channelKey="5.1" deviceIdentifier="5.1" enabled="1" lineupIdentifier="5.1"/></Device><Lineup id="lineup://tv.plex.providers.epg.xmltv/http%3A%2F%2F10.0.0.5%3A5004%2Fguide.xml#Synthetic" title="Synthetic"/></Dvr></MediaContainer>)";
constexpr std::string_view kDvrJson =
    R"({"MediaContainer":{"size":1,"Dvr":[{"key":"218","uuid":"u","lineupTitle":"Synthetic","lineup":"lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#Synthetic","refreshedAt":1700000000,"Device":[{"key":"179","uuid":"device://tv.plex.grabbers.hdhomerun/10439efd","uri":"http://10.0.0.5:5004","ChannelMapping":[{"channelKey":"5.1","deviceIdentifier":"5.1","enabled":"1","lineupIdentifier":"5.1"}]}]}]}})";
constexpr std::string_view kDvrObjects =
    R"({"MediaContainer":{"size":"1","DVR":{"key":218,"uuid":"u","title":"Synthetic","Lineup":{"id":"lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#Synthetic"},"Device":{"key":179,"uuid":"device://tv.plex.grabbers.hdhomerun/10439efd","uri":"http://10.0.0.5:5004","ChannelMapping":{"channelKey":"5.1","deviceIdentifier":"5.1","enabled":true,"lineupIdentifier":5.1}}}}})";

TEST(Document, ADvrIsTheSameInEveryForm) {
    for (const std::string_view body : {kDvrXml, kDvrJson, kDvrObjects}) {
        const auto container = read_container(body);
        ASSERT_TRUE(container) << container.error().message();
        const auto dvrs = read_dvrs(*container);
        ASSERT_EQ(dvrs.size(), 1U) << body;
        EXPECT_EQ(dvrs[0].key, "218");
        EXPECT_EQ(dvrs[0].title, "Synthetic");
        EXPECT_THAT(dvrs[0].lineups,
            ElementsAre("lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml"
                        "#Synthetic"));
        ASSERT_EQ(dvrs[0].devices.size(), 1U);
        EXPECT_EQ(dvrs[0].devices[0].key, "179");
        EXPECT_EQ(dvrs[0].devices[0].device_id, "10439EFD");
        EXPECT_THAT(dvrs[0].devices[0].channels,
            ElementsAre(ChannelMapping{
                .channel_key = "5.1", .device_identifier = "5.1", .lineup_identifier = "5.1"}));
    }
}

TEST(Document, AnOldRowNamesItsDeviceByKeyOnly) {
    const auto dvrs = read_dvrs(*read_container(
        R"(<MediaContainer><Dvr key="1" deviceKey="7"><Lineup id="lineup://x"/></Dvr></MediaContainer>)"));
    ASSERT_EQ(dvrs.size(), 1U);
    ASSERT_EQ(dvrs[0].devices.size(), 1U);
    EXPECT_EQ(dvrs[0].devices[0].key, "7");
}

TEST(Document, ARefusalIsAnErrorInBothEncodings) {
    for (const std::string_view body :
        {R"(<MediaContainer size="0" status="-1" message="The device is in use with an existing DVR"/>)",
            R"({"MediaContainer":{"size":0,"status":-1,"message":"The device is in use with an existing DVR"}})",
            R"({"MediaContainer":{"status":"-1","message":"The device is in use with an existing DVR"}})"}) {
        const auto container = read_container(body);
        ASSERT_FALSE(container) << body;
        EXPECT_EQ(container.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(container.error().message(), HasSubstr("in use with an existing DVR"));
    }
}

TEST(Document, NothingIsAnEmptyContainer) {
    for (const std::string_view body : {"", " \r\n", "\xEF\xBB\xBF"}) {
        const auto container = read_container(body);
        ASSERT_TRUE(container);
        EXPECT_THAT(container->children, IsEmpty());
    }
}

TEST(Document, WhatIsNoAnswerOfPlexIsAParseError) {
    std::string deep_json = R"({"MediaContainer":)";
    std::string deep_xml = "<MediaContainer>";
    for (int i = 0; i < 5'000; ++i) {
        deep_json += R"({"a":)";
        deep_xml += "<a>";
    }
    for (const std::string& body : {std::string("<html><body>404</body></html>"),
             std::string("<MediaContainer size=\"1\"><Device key="), std::string("{\"a\":"),
             std::string("{}"), std::string("[1]"), std::string("{\"MediaContainer\":1}"),
             std::string("\0\1\2", 3), deep_json + "1" + std::string(5'001, '}'), deep_xml + [] {
                 std::string end;
                 for (int i = 0; i < 5'000; ++i) {
                     end += "</a>";
                 }
                 return end + "</MediaContainer>";
             }()}) {
        const auto container = read_container(body);
        ASSERT_FALSE(container) << body.substr(0, 60);
        EXPECT_EQ(container.error().code(), ErrorCode::parse) << body.substr(0, 60);
    }
}

TEST(Document, TruthIsReadInEverySpelling) {
    const auto rows = read_channel_mappings(
        *read_container(R"({"MediaContainer":{"ChannelMapping":[{"enabled":true},{"enabled":1},
        {"enabled":"1"},{"enabled":false},{"enabled":0},{"enabled":"0"},{}]}})"));
    std::vector<bool> enabled;
    for (const ChannelMapping& row : rows) {
        enabled.push_back(row.enabled);
    }
    EXPECT_THAT(enabled, ElementsAre(true, true, true, false, false, false, true));
}

TEST(ChannelMapQuery, HoldsTheWholeMapInOneQuery) {
    const std::vector<ChannelMapping> map{
        {.channel_key = "5.1.plextuner", .device_identifier = "5.1", .lineup_identifier = "5.1"},
        {.channel_key = "a b&c", .device_identifier = "5.10", .lineup_identifier = "x=y"}};
    EXPECT_EQ(channel_map_query(map),
        "channelsEnabled=5.1,5.10&channelMapping[5.1]=5.1&channelMappingByKey[5.1]=5.1.plextuner"
        "&channelMapping[5.10]=x%3Dy&channelMappingByKey[5.10]=a%20b%26c");
}

} // namespace
} // namespace plex_tuner::plex
