// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/hdhr/device.hpp>

#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::hdhr {
namespace {

std::shared_ptr<const lineup::Lineup> two_channels() {
    catalog::CatalogBuilder builder;
    const std::array sources{catalog::StreamSource{.url = "http://provider/1", .headers = {}}};
    catalog::LiveChannel news;
    news.channel_id = "news/one?x";
    news.guide_number = "5.1";
    news.guide_name = "News & \"Views\" <1>";
    news.group_title = "News";
    news.logo = "http://logos/1.png";
    news.tvg_shift = "1";
    news.sources = sources;
    builder.add(news);
    catalog::LiveChannel radio;
    radio.channel_id = "radio";
    radio.guide_name = "R\u00e4dio";
    radio.radio = true;
    radio.sources = sources;
    builder.add(radio);
    lineup::NumberBook book;
    return lineup::Lineup::build(
        std::make_shared<const catalog::Catalog>(builder.build()), {}, book, WallTime());
}

TEST(LineupJson, IsAnArrayWithTextNumbers) {
    const auto json = nlohmann::json::parse(lineup_json(*two_channels(), "http://h:5004"));
    ASSERT_EQ(json.size(), 2u);
    EXPECT_EQ(json[0].at("GuideNumber"), "5.1");
    EXPECT_EQ(json[0].at("GuideName"), "News & \"Views\" <1>");
    EXPECT_EQ(json[0].at("URL"), "http://h:5004/auto/v5.1");
    EXPECT_EQ(json[1].at("GuideNumber"), "1");
}

TEST(LineupJson, IsEmptyArrayWithoutChannels) {
    EXPECT_EQ(nlohmann::json::parse(lineup_json(lineup::Lineup(), "http://h")).size(), 0u);
    EXPECT_TRUE(nlohmann::json::parse(lineup_json(lineup::Lineup(), "http://h")).is_array());
}

TEST(LineupXml, EscapesNames) {
    const std::string xml = lineup_xml(*two_channels(), "http://h:5004");
    EXPECT_NE(xml.find("<GuideName>News &amp; &quot;Views&quot; &lt;1&gt;</GuideName>"),
        std::string::npos);
    EXPECT_NE(xml.find("<URL>http://h:5004/auto/v5.1</URL>"), std::string::npos);
}

TEST(LiveM3u, UsesTheIdsOfTheGuideAndEscapedStreamIds) {
    const std::string m3u = live_m3u(*two_channels(), "http://h:5004");
    EXPECT_EQ(m3u.find("#EXTM3U url-tvg=\"http://h:5004/guide.xml\""), 0u);
    EXPECT_NE(m3u.find("tvg-id=\"" + guide::guide_channel_id("5.1") + "\""), std::string::npos);
    EXPECT_NE(m3u.find("tvg-chno=\"5.1\""), std::string::npos);
    EXPECT_NE(m3u.find("tvg-name=\"News & 'Views' <1>\""), std::string::npos);
    EXPECT_NE(m3u.find("\nhttp://h:5004/stream/news%2Fone%3Fx\n"), std::string::npos);
    EXPECT_NE(m3u.find("radio=\"true\""), std::string::npos);
    EXPECT_EQ(m3u.find("tvg-shift"), std::string::npos); // our guide is shifted already
}

TEST(LineupM3u, NamesNumberAndName) {
    const std::string m3u = lineup_m3u(*two_channels(), "http://h:5004");
    EXPECT_NE(m3u.find(",5.1 News & \"Views\" <1>\nhttp://h:5004/auto/v5.1\n"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::hdhr
