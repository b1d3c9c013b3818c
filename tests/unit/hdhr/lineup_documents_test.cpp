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

ChannelFacts favorite_in_sd() {
    return {.video_codec = "H264", .audio_codec = "AC3", .is_hd = false, .is_favorite = true};
}

TEST(LineupJson, HasWhatIsKnownOfTheStreams) {
    const LineupView view{.facts = [](std::string_view id) {
        return id == "radio" ? ChannelFacts{.audio_codec = "MPEG"} : favorite_in_sd();
    }};
    const auto json = nlohmann::json::parse(lineup_json(*two_channels(), "http://h", view));
    EXPECT_EQ(json[0].at("VideoCodec"), "H264");
    EXPECT_EQ(json[0].at("AudioCodec"), "AC3");
    EXPECT_EQ(json[0].at("Favorite"), 1);
    EXPECT_EQ(json[0].at("Tags"), "favorite");
    EXPECT_FALSE(json[1].contains("VideoCodec"));
    EXPECT_EQ(json[1].at("AudioCodec"), "MPEG");
    EXPECT_FALSE(json[1].contains("Favorite"));
    EXPECT_FALSE(json[1].contains("Tags"));
    EXPECT_FALSE(json[1].contains("Enabled"));
}

TEST(LineupXml, HasTheSameFacts) {
    const LineupView view{.facts = [](std::string_view) {
        return favorite_in_sd();
    }};
    const std::string xml = lineup_xml(*two_channels(), "http://h", view);
    EXPECT_NE(xml.find("<Favorite>1</Favorite><Tags>favorite</Tags><VideoCodec>H264</VideoCodec>"
                       "<AudioCodec>AC3</AudioCodec>"),
        std::string::npos);
}

TEST(Lineup, HdIsWhatThePictureIsAndElseWhatTheNameSays) {
    const auto hd = [](std::string_view name, std::optional<bool> seen) {
        catalog::CatalogBuilder builder;
        const std::array sources{catalog::StreamSource{.url = "http://provider/1", .headers = {}}};
        catalog::LiveChannel channel;
        channel.channel_id = "one";
        channel.guide_name = name;
        channel.sources = sources;
        builder.add(channel);
        lineup::NumberBook book;
        const auto lineup = lineup::Lineup::build(
            std::make_shared<const catalog::Catalog>(builder.build()), {}, book, WallTime());
        const LineupView view{.facts = [&](std::string_view) {
            return ChannelFacts{.is_hd = seen};
        }};
        return nlohmann::json::parse(lineup_json(*lineup, "http://h", view))[0].contains("HD");
    };
    EXPECT_TRUE(hd("News HD", std::nullopt));
    EXPECT_FALSE(hd("News", std::nullopt));
    EXPECT_TRUE(hd("News", true));
    EXPECT_FALSE(hd("News HD", false));
}

TEST(Lineup, HiddenChannelsAreShownOnlyToThoseWhoAskForAll) {
    LineupView view{.facts = [](std::string_view id) {
        return ChannelFacts{.is_favorite = id != "radio", .is_hidden = id == "radio"};
    }};
    const auto numbers = [&](std::string_view show) {
        view.show = show_named(show);
        std::string out;
        for (const auto& entry :
            nlohmann::json::parse(lineup_json(*two_channels(), "http://h", view))) {
            out += entry.at("GuideNumber").get<std::string>() + " ";
            out += entry.contains("Enabled") ? std::to_string(entry.at("Enabled").get<int>()) : "";
        }
        return out;
    };
    EXPECT_EQ(numbers(""), "5.1 ");
    EXPECT_EQ(numbers("nonsense"), "5.1 ");
    EXPECT_EQ(numbers("favorites"), "5.1 ");
    EXPECT_EQ(numbers("found"), "5.1 11 0");
    EXPECT_EQ(numbers("all"), "5.1 11 0");
    view.show = Show::enabled;
    EXPECT_EQ(lineup_xml(*two_channels(), "http://h", view).find("R\u00e4dio"), std::string::npos);
    EXPECT_EQ(lineup_m3u(*two_channels(), "http://h", view).find("R\u00e4dio"), std::string::npos);
    view.show = Show::found;
    EXPECT_NE(lineup_xml(*two_channels(), "http://h", view).find("<Enabled>0</Enabled>"),
        std::string::npos);
    EXPECT_NE(lineup_m3u(*two_channels(), "http://h", view).find("R\u00e4dio"), std::string::npos);
}

TEST(ChannelFacts, AreInTheWordsOfTheHardware) {
    using ts::Codec;
    const auto facts = [](Codec video, std::uint32_t height, Codec audio) {
        return facts_of({.video = ts::VideoFormat{.codec = video, .height = height},
            .audio = {{.codec = audio}, {.codec = Codec::dts}}});
    };
    EXPECT_EQ(facts(Codec::mpeg2_video, 576, Codec::mpeg_audio),
        (ChannelFacts{.video_codec = "MPEG2", .audio_codec = "MPEG", .is_hd = false}));
    EXPECT_EQ(facts(Codec::hevc, 720, Codec::eac3),
        (ChannelFacts{.video_codec = "HEVC", .audio_codec = "EAC3", .is_hd = true}));
    EXPECT_EQ(facts(Codec::h264, 0, Codec::aac_latm),
        (ChannelFacts{.video_codec = "H264", .audio_codec = "AAC", .is_hd = std::nullopt}));
    EXPECT_EQ(facts(Codec::vc1, 0, Codec::opus), ChannelFacts{});
    EXPECT_EQ(facts_of({}), ChannelFacts{});
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
