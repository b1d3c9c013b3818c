// SPDX-License-Identifier: GPL-3.0-or-later
// What parse() takes for which kind of document, and its limits.
#include <plex_tuner/hls/playlist.hpp>

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

std::string error_of(std::string_view text) {
    const Result<Playlist> playlist = parse(text);
    return playlist ? "" : playlist.error().message();
}

TEST(ParsePlaylist, TellsMasterFromMedia) {
    const auto master = parse("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n");
    ASSERT_TRUE(master);
    EXPECT_TRUE(std::holds_alternative<MasterPlaylist>(*master));
    const auto media = parse("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\na.ts\n");
    ASSERT_TRUE(media);
    EXPECT_TRUE(std::holds_alternative<MediaPlaylist>(*media));
}

TEST(ParsePlaylist, LiveListMayBeEmpty) {
    const auto media = parse("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:7\n");
    ASSERT_TRUE(media);
    EXPECT_EQ(std::get<MediaPlaylist>(*media).end_sequence(), 7U);
}

TEST(ParsePlaylist, PlainM3uWithDurationsIsMedia) {
    const auto media = parse("#EXTM3U\n#EXTINF:10,\na.ts\n#EXTINF:10,\nb.ts\n");
    ASSERT_TRUE(media);
    EXPECT_EQ(std::get<MediaPlaylist>(*media).segments.size(), 2U);
}

TEST(ParsePlaylist, NamesWhatItIsInstead) {
    EXPECT_EQ(error_of(""), "expected an HLS playlist, got an empty answer");
    EXPECT_EQ(error_of(" \r\n"), "expected an HLS playlist, got an empty answer");
    EXPECT_EQ(error_of("<!DOCTYPE html><html>"), "expected an HLS playlist, got a web page (HTML)");
    EXPECT_EQ(error_of("<head></head><HTML>"), "expected an HLS playlist, got a web page (HTML)");
    EXPECT_EQ(
        error_of("<?xml version='1.0'?><MPD>"), "expected an HLS playlist, got an XML document");
    EXPECT_EQ(error_of("{\"error\":1}"), "expected an HLS playlist, got a JSON document");
    EXPECT_EQ(error_of(std::string_view("G\x40\x00\x10", 4)),
        "expected an HLS playlist, got binary data");
    EXPECT_EQ(error_of("Forbidden"), "expected an HLS playlist, got some other text");
    EXPECT_EQ(error_of("#EXTM3U url-tvg=\"http://g\"\n#EXTINF:-1 tvg-id=\"a\",A\nhttp://h/1\n"),
        "expected an HLS playlist, got a channel list (M3U)");
    EXPECT_EQ(error_of("#EXTM3U\n"), "HLS playlist without segments or variants");
    EXPECT_EQ(error_of("#EXTM3U\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n"),
        "HLS master playlist names no variant to play");
}

TEST(ParsePlaylist, ErrorsAreOfKindParse) {
    EXPECT_EQ(parse("<html>").error().code(), ErrorCode::parse);
}

TEST(ParsePlaylist, LimitsHold) {
    std::string segments = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n";
    for (std::size_t i = 0; i < kMaxSegments; ++i) {
        segments += "a\n";
    }
    EXPECT_TRUE(parse(segments));
    EXPECT_EQ(parse(segments + "a\n").error().code(), ErrorCode::too_large);

    std::string lines = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n";
    lines.append(kMaxLines, '\n');
    EXPECT_EQ(parse(lines).error().code(), ErrorCode::too_large);

    std::string variants = "#EXTM3U\n";
    for (std::size_t i = 0; i <= kMaxVariants; ++i) {
        variants += "#EXT-X-STREAM-INF:BANDWIDTH=1\na\n";
    }
    EXPECT_EQ(parse(variants).error().code(), ErrorCode::too_large);

    std::string bytes = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#";
    bytes.append(kMaxPlaylistBytes, 'x');
    EXPECT_EQ(parse(bytes).error().code(), ErrorCode::too_large);
}

} // namespace
} // namespace plex_tuner::hls
