// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/playlist.hpp>

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

MediaPlaylist media(const std::string& text) {
    Result<Playlist> playlist = parse(text);
    EXPECT_TRUE(playlist) << playlist.error().message();
    EXPECT_TRUE(std::holds_alternative<MediaPlaylist>(*playlist));
    return std::get<MediaPlaylist>(std::move(*playlist));
}

/// `body` behind the tags every media playlist has.
MediaPlaylist with_header(const std::string& body) {
    return media("#EXTM3U\n#EXT-X-TARGETDURATION:10\n" + body);
}

TEST(MediaPlaylist, ReadsLiveWindow) {
    const MediaPlaylist list =
        media("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:8\n"
              "#EXT-X-MEDIA-SEQUENCE:2680\n#EXT-X-DISCONTINUITY-SEQUENCE:4\n\n"
              "#EXTINF:7.975,\nhttps://h/a.ts?token=1,2\n"
              "#EXT-X-DISCONTINUITY\n#EXTINF:7.941,News at 8\nb.ts\n"
              "#EXTINF:7,\n../c.ts\n");
    EXPECT_EQ(list.version, 3);
    EXPECT_EQ(list.target_duration, Seconds(8));
    EXPECT_EQ(list.media_sequence, 2680U);
    EXPECT_EQ(list.discontinuity_sequence, 4U);
    EXPECT_FALSE(list.endlist);
    EXPECT_EQ(list.type, PlaylistType::live);
    ASSERT_EQ(list.segments.size(), 3U);
    EXPECT_EQ(list.segments[0].uri, "https://h/a.ts?token=1,2");
    EXPECT_EQ(list.segments[0].duration, Seconds(7.975));
    EXPECT_EQ(list.segments[0].sequence, 2680U);
    EXPECT_FALSE(list.segments[0].discontinuity);
    EXPECT_TRUE(list.segments[1].discontinuity);
    EXPECT_EQ(list.segments[1].title, "News at 8");
    EXPECT_FALSE(list.segments[2].discontinuity);
    EXPECT_EQ(list.segments[2].uri, "../c.ts");
    EXPECT_EQ(list.end_sequence(), 2683U);
}

TEST(MediaPlaylist, EveryLineEndingAndBom) {
    for (const std::string end : {"\n", "\r\n", "\r", "\n\n", "  \r\n"}) {
        const MediaPlaylist list = media(
            "\xEF\xBB\xBF" + end + "#EXTM3U" + end + "#EXT-X-TARGETDURATION:9" + end +
            "#EXTINF:9," + end + "# a comment" + end + "#EXT-X-UNKNOWN:1" + end + "a.ts" + end);
        ASSERT_EQ(list.segments.size(), 1U);
        EXPECT_EQ(list.segments[0].uri, "a.ts");
        EXPECT_EQ(list.target_duration, Seconds(9));
    }
}

TEST(MediaPlaylist, LastLineNeedsNoEnd) {
    EXPECT_EQ(with_header("#EXTINF:1,\na.ts").segments.size(), 1U);
}

TEST(MediaPlaylist, OddDurations) {
    const MediaPlaylist list = with_header(
        "#EXTINF:9.5\na\n#EXTINF:4 ,x\nb\n#EXTINF:;junk,\nc\n#EXTINF:,\nd\n#EXTINF:-1,\n"
        "e\nf\n#EXTINF:1e99,\ng\n#EXTINF:nan,\nh\n#EXTINF:inf,\ni\n");
    ASSERT_EQ(list.segments.size(), 9U);
    EXPECT_EQ(list.segments[0].duration, Seconds(9.5));
    EXPECT_EQ(list.segments[1].duration, Seconds(4));
    for (const std::size_t i : {2U, 3U, 4U, 5U, 7U, 8U}) {
        EXPECT_EQ(list.segments[i].duration, Seconds(10)) << i;
    }
}

TEST(MediaPlaylist, UnusableHeaderNumbersFallBack) {
    for (const std::string value : {"", "abc", "-3", "0", "99999999999"}) {
        const MediaPlaylist list = media("#EXTM3U\n#EXT-X-TARGETDURATION:" + value +
                                         "\n#EXT-X-MEDIA-SEQUENCE:" + (value == "0" ? "" : "x") +
                                         "\n#EXTINF:3.2,\na\n#EXTINF:5.6,\nb\n");
        EXPECT_EQ(list.target_duration, Seconds(6)) << value;
        EXPECT_EQ(list.media_sequence, 0U);
    }
    EXPECT_EQ(media("#EXTM3U\n#EXT-X-TARGETDURATION:\n").target_duration, kDefaultTargetDuration);
}

TEST(MediaPlaylist, HugeSequenceNumbers) {
    EXPECT_EQ(with_header("#EXT-X-MEDIA-SEQUENCE:4294967296\n#EXTINF:1,\na\n").media_sequence,
        4'294'967'296U);
    EXPECT_EQ(
        with_header("#EXT-X-MEDIA-SEQUENCE:18446744073709551615\n#EXTINF:1,\na\n").media_sequence,
        0U);
}

TEST(MediaPlaylist, Ends) {
    EXPECT_TRUE(with_header("#EXTINF:1,\na\n#EXT-X-ENDLIST\n").endlist);
    EXPECT_EQ(with_header("#EXT-X-PLAYLIST-TYPE:VOD\n").type, PlaylistType::vod);
    EXPECT_EQ(with_header("#EXT-X-PLAYLIST-TYPE:EVENT\n").type, PlaylistType::event);
    EXPECT_TRUE(with_header("#EXT-X-I-FRAMES-ONLY\n").i_frames_only);
}

TEST(MediaPlaylist, StartOffset) {
    const auto late = with_header("#EXT-X-START:TIME-OFFSET=-12.5,PRECISE=YES\n");
    ASSERT_TRUE(late.start);
    EXPECT_EQ(late.start->offset, Seconds(-12.5));
    EXPECT_TRUE(late.start->precise);
    EXPECT_FALSE(with_header("#EXT-X-START:TIME-OFFSET=soon\n").start);
}

TEST(MediaPlaylist, ByteRangesContinueOnTheSameUri) {
    const MediaPlaylist list = with_header("#EXT-X-BYTERANGE:100@50\n#EXTINF:1,\na\n"
                                           "#EXT-X-BYTERANGE:30\n#EXTINF:1,\na\n"
                                           "#EXTINF:1,\n#EXT-X-BYTERANGE:10\nb\n"
                                           "#EXTINF:1,\nc\n"
                                           "#EXT-X-BYTERANGE:0@1\n#EXTINF:1,\nd\n");
    ASSERT_EQ(list.segments.size(), 5U);
    EXPECT_EQ(list.segments[0].range, (ByteRange{.offset = 50, .length = 100}));
    EXPECT_EQ(list.segments[1].range, (ByteRange{.offset = 150, .length = 30}));
    EXPECT_EQ(list.segments[2].range, (ByteRange{.offset = 0, .length = 10}));
    EXPECT_FALSE(list.segments[3].range);
    EXPECT_FALSE(list.segments[4].range);
}

TEST(MediaPlaylist, KeysApplyUntilReplaced) {
    const MediaPlaylist list =
        with_header("#EXTINF:1,\na\n#EXT-X-KEY:METHOD=AES-128,URI=\"k1?a=1,2\",IV=0X1F\n"
                    "#EXTINF:1,\nb\n#EXTINF:1,\nc\n#EXT-X-KEY:METHOD=AES-128,URI=\"k2\"\n"
                    "#EXTINF:1,\nd\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\ne\n"
                    "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k3\"\n#EXTINF:1,\nf\n");
    ASSERT_EQ(list.segments.size(), 6U);
    EXPECT_FALSE(list.segments[0].key);
    ASSERT_TRUE(list.segments[1].key);
    EXPECT_EQ(list.segments[1].key->method, KeyMethod::aes_128);
    EXPECT_EQ(list.segments[1].key->uri, "k1?a=1,2");
    EXPECT_EQ(list.segments[1].key->keyformat, "identity");
    std::vector<std::uint8_t> iv(16, 0);
    iv[15] = 0x1F;
    EXPECT_EQ(list.segments[1].key->iv, iv);
    EXPECT_EQ(list.segments[2].key, list.segments[1].key);
    EXPECT_EQ(list.segments[3].key->uri, "k2");
    EXPECT_FALSE(list.segments[3].key->iv);
    EXPECT_FALSE(list.segments[4].key);
    EXPECT_EQ(list.segments[5].key->method, KeyMethod::sample_aes);
}

TEST(MediaPlaylist, IvForms) {
    const auto iv_of = [](const std::string& iv) {
        const MediaPlaylist list =
            with_header("#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=" + iv + "\n#EXTINF:1,\na\n");
        return list.segments.at(0).key->iv;
    };
    const auto full = iv_of("0x000102030405060708090a0B0C0D0E0F");
    ASSERT_TRUE(full);
    for (std::size_t i = 0; i < 16; ++i) {
        EXPECT_EQ((*full)[i], i);
    }
    const auto odd = iv_of("0xABC");
    ASSERT_TRUE(odd);
    EXPECT_EQ((*odd)[14], 0x0A);
    EXPECT_EQ((*odd)[15], 0xBC);
    EXPECT_FALSE(iv_of("0x"));
    EXPECT_FALSE(iv_of("12"));
    EXPECT_FALSE(iv_of("0xZZ"));
    EXPECT_FALSE(iv_of("0x000102030405060708090a0B0C0D0E0F00"));
}

TEST(MediaPlaylist, PlainKeyIsPreferredAmongSeveral) {
    for (const bool plain_first : {true, false}) {
        const std::string plain = "#EXT-X-KEY:METHOD=AES-128,URI=\"plain\"\n";
        const std::string drm = "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"drm\",KEYFORMAT=\"com.apple."
                                "streamingkeydelivery\"\n";
        const MediaPlaylist list = with_header((plain_first ? plain + drm : drm + plain) +
                                               "#EXTINF:1,\na\n" + drm + "#EXTINF:1,\nb\n");
        EXPECT_EQ(list.segments[0].key->uri, "plain");
        EXPECT_EQ(list.segments[1].key->uri, "drm");
    }
}

TEST(MediaPlaylist, MapsApplyUntilReplaced) {
    const MediaPlaylist list =
        with_header("#EXTINF:1,\na\n#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"800@16\"\n"
                    "#EXTINF:1,\nb\n#EXTINF:1,\nc\n");
    EXPECT_FALSE(list.segments[0].map);
    ASSERT_TRUE(list.segments[2].map);
    EXPECT_EQ(list.segments[2].map->uri, "init.mp4");
    EXPECT_EQ(list.segments[2].map->range, (ByteRange{.offset = 16, .length = 800}));
}

TEST(MediaPlaylist, GapsAndDates) {
    const MediaPlaylist list = with_header("#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
                                           "#EXTINF:1,\na\n#EXT-X-GAP\n#EXTINF:1,\nb\n");
    EXPECT_TRUE(list.segments[0].program_date_time);
    EXPECT_FALSE(list.segments[0].gap);
    EXPECT_TRUE(list.segments[1].gap);
    EXPECT_FALSE(list.segments[1].program_date_time);
}

TEST(MediaPlaylist, SkippedSegmentsAdvanceTheSequence) {
    const MediaPlaylist list =
        with_header("#EXT-X-MEDIA-SEQUENCE:100\n#EXT-X-SKIP:SKIPPED-SEGMENTS=5\n#EXTINF:1,\na\n");
    EXPECT_EQ(list.segments[0].sequence, 105U);
}

TEST(MediaPlaylist, LowLatencyTagsAreIgnored) {
    const MediaPlaylist list =
        with_header("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n#EXT-X-PART-INF:PART-TARGET=0.5\n"
                    "#EXTINF:4,\na.ts\n#EXT-X-PART:DURATION=0.5,URI=\"b.1.ts\"\n"
                    "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"b.2.ts\"\n"
                    "#EXT-X-RENDITION-REPORT:URI=\"../x.m3u8\",LAST-MSN=3\n");
    ASSERT_EQ(list.segments.size(), 1U);
    EXPECT_EQ(list.segments[0].uri, "a.ts");
}

} // namespace
} // namespace plex_tuner::hls
