// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/playlist.hpp>

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

MasterPlaylist master(const std::string& text) {
    Result<Playlist> playlist = parse(text);
    EXPECT_TRUE(playlist) << playlist.error().message();
    EXPECT_TRUE(std::holds_alternative<MasterPlaylist>(*playlist));
    return std::get<MasterPlaylist>(std::move(*playlist));
}

TEST(MasterPlaylist, ReadsVariantsAndRenditions) {
    const MasterPlaylist list = master(
        "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-SESSION-DATA:DATA-ID=\"x\",VALUE=\"y\"\n"
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"English, main\",LANGUAGE=\"en\","
        "DEFAULT=YES,AUTOSELECT=YES,URI=\"en/audio.m3u8\"\n"
        "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI=\"iframe.m3u8\"\n"
        "#EXT-X-STREAM-INF:PROGRAM-ID=1,BANDWIDTH=2560000,AVERAGE-BANDWIDTH=2000000,"
        "RESOLUTION=1280x720,CODECS=\"avc1.4d401f, mp4a.40.2\",FRAME-RATE=29.970,AUDIO=\"aac\","
        "VIDEO=\"v\",NAME=\"720p\"\n"
        "# comment\n\n#EXT-X-UNKNOWN\nmid/video.m3u8?x=1\n"
        "stray.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=x,RESOLUTION=wide\nlow.m3u8\n");
    EXPECT_EQ(list.version, 4);
    ASSERT_EQ(list.variants.size(), 2U);
    const Variant& variant = list.variants[0];
    EXPECT_EQ(variant.uri, "mid/video.m3u8?x=1");
    EXPECT_EQ(variant.bandwidth, 2'560'000U);
    EXPECT_EQ(variant.average_bandwidth, 2'000'000U);
    ASSERT_TRUE(variant.resolution);
    EXPECT_EQ(variant.resolution->width, 1280U);
    EXPECT_EQ(variant.resolution->height, 720U);
    EXPECT_EQ(variant.codecs, (std::vector<std::string>{"avc1.4d401f", "mp4a.40.2"}));
    EXPECT_DOUBLE_EQ(variant.frame_rate, 29.97);
    EXPECT_EQ(variant.audio_group, "aac");
    EXPECT_EQ(variant.video_group, "v");
    EXPECT_EQ(variant.name, "720p");
    EXPECT_EQ(list.variants[1].uri, "low.m3u8");
    EXPECT_EQ(list.variants[1].bandwidth, 0U);
    EXPECT_FALSE(list.variants[1].resolution);
    ASSERT_EQ(list.renditions.size(), 1U);
    EXPECT_EQ(list.renditions[0].type, "AUDIO");
    EXPECT_EQ(list.renditions[0].name, "English, main");
    EXPECT_EQ(list.renditions[0].uri, "en/audio.m3u8");
    EXPECT_TRUE(list.renditions[0].is_default);
}

TEST(MasterPlaylist, VariantWithoutUriIsDropped) {
    const MasterPlaylist list = master("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n"
                                       "#EXT-X-STREAM-INF:BANDWIDTH=2\n");
    EXPECT_EQ(list.variants.size(), 1U);
}

} // namespace
} // namespace plex_tuner::hls
