// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/provider/m3u_reader.hpp>

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string verdict(std::string_view bytes) {
    const Result<void> result = looks_like_m3u(bytes);
    return result ? "list" : result.error().message();
}

TEST(LooksLikeM3u, AcceptsChannelLists) {
    EXPECT_EQ(verdict("#EXTM3U\n"), "list");
    EXPECT_EQ(verdict("\xEF\xBB\xBF\r\n #EXTM3U url-tvg=\"x\"\n#EXTINF:-1,<b>\n"), "list");
    EXPECT_EQ(verdict("#EXTINF:-1,Without header\nhttp://h/1\n"), "list");
    EXPECT_EQ(verdict("http://host/1.ts\n"), "list");
    EXPECT_EQ(verdict("# comment"), "list");
}

TEST(LooksLikeM3u, NamesWhatItIsInstead) {
    EXPECT_THAT(verdict("<!DOCTYPE html><html>"), HasSubstr("an HTML page"));
    EXPECT_THAT(verdict("\n<HTML><body>x"), HasSubstr("an HTML page"));
    EXPECT_THAT(
        verdict("<?xml version=\"1.0\"?><tv generator=\"x\">"), HasSubstr("an XMLTV guide"));
    EXPECT_THAT(verdict("<?xml version=\"1.0\"?><error/>"), HasSubstr("an XML document"));
    EXPECT_THAT(verdict("{\"user_info\":{\"auth\":0}}"), HasSubstr("JSON"));
    EXPECT_THAT(verdict("[]"), HasSubstr("JSON"));
    EXPECT_THAT(verdict("[ {\"a\":1}]"), HasSubstr("JSON"));
    EXPECT_THAT(verdict("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n"), HasSubstr("HLS"));
    EXPECT_THAT(verdict("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nx.m3u8\n"), HasSubstr("HLS"));
    EXPECT_THAT(verdict("[playlist]\nFile1=http://h/\n"), HasSubstr("a PLS playlist"));
    EXPECT_THAT(verdict("\x1F\x8B\x08"), HasSubstr("gzip"));
    EXPECT_THAT(verdict("PK\x03\x04"), HasSubstr("ZIP"));
    EXPECT_THAT(verdict(std::string("\xFF\xFE#\0E\0", 6)), HasSubstr("UTF-16"));
    std::string ts(376, '\0');
    ts[0] = ts[188] = 'G';
    EXPECT_THAT(verdict(ts), HasSubstr("a video stream"));
    EXPECT_THAT(verdict("User expired"), HasSubstr("plain text: \"User expired\""));
    EXPECT_THAT(verdict(std::string("ab\0\1", 4)), HasSubstr("binary data"));
}

TEST(LooksLikeM3u, NothingIsAnEmptyBody) {
    for (const std::string_view nothing : {"", " \r\n\t", "\xEF\xBB\xBF"}) {
        const Result<void> result = looks_like_m3u(nothing);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code(), ErrorCode::empty_body);
    }
}

TEST(LooksLikeM3u, QuotesNoSecretAndNotMuch) {
    EXPECT_THAT(verdict("denied for password=hunter2"), Not(HasSubstr("hunter2")));
    EXPECT_LT(verdict(std::string(5000, 'x')).size(), 150U);
}

} // namespace
} // namespace plex_tuner::provider
