// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_url.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseHttpUrl, TrimsAndUnescapesAmpersands) {
    const auto url = parse_http_url("  http://h/get.php?username=U\\&password=P\\&type=m3u\n");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->text(), "http://h/get.php?username=U&password=P&type=m3u");
    EXPECT_EQ(parse_http_url("HTTPS://h/a\\b")->text(), "HTTPS://h/a\\b");
}

TEST(ParseHttpUrl, RefusesOtherSchemesAndNonUrls) {
    for (const std::string_view text : {"", "h", "h:80", "/x", "ftp://h/", "file:///x", "rtsp://h/",
             "http://", "http://h:x/", "http://a b"}) {
        EXPECT_FALSE(parse_http_url(text)) << text;
    }
}

TEST(ParseHttpUrls, ReadsAListOnceEach) {
    const auto urls = parse_http_urls("http://a, https://b:1 ,,http://a");
    ASSERT_TRUE(urls);
    ASSERT_EQ(urls->size(), 2U);
    EXPECT_EQ((*urls)[0].text(), "http://a");
    EXPECT_EQ((*urls)[1].text(), "https://b:1");
    EXPECT_TRUE(parse_http_urls("")->empty());
    EXPECT_FALSE(parse_http_urls("http://a,b"));
}

TEST(ParseLocation, TellsUrlsFromPaths) {
    EXPECT_EQ(std::get<Url>(*parse_location("http://h/x?a=1\\&b=2")).text(), "http://h/x?a=1&b=2");
    EXPECT_EQ(std::get<fs::path>(*parse_location("/srv/list.m3u")), fs::path("/srv/list.m3u"));
    EXPECT_EQ(std::get<fs::path>(*parse_location(" lists/a b.m3u ")), fs::path("lists/a b.m3u"));
    EXPECT_EQ(std::get<fs::path>(*parse_location("C:list")), fs::path("C:list"));
}

TEST(ParseLocation, ReadsFileUrls) {
    EXPECT_EQ(
        std::get<fs::path>(*parse_location("file:///srv/a%20b.m3u")), fs::path("/srv/a b.m3u"));
    EXPECT_EQ(std::get<fs::path>(*parse_location("file://localhost/a")), fs::path("/a"));
    EXPECT_EQ(std::get<fs::path>(*parse_location("file:/a")), fs::path("/a"));
    EXPECT_FALSE(parse_location("file://otherhost/a"));
    EXPECT_FALSE(parse_location("file:a"));
    EXPECT_FALSE(parse_location("file:///a%00b"));
}

TEST(ParseLocation, RefusesWhatLooksLikeABadUrl) {
    for (const std::string_view text :
        {"", " ", "http://", "http:/h/x", "https:h", "ftp://h/x", "http://h/a b", "htp://h/x"}) {
        EXPECT_FALSE(parse_location(text)) << text;
    }
}

TEST(ParseLocation, RefusesUrlsWithoutTheirScheme) {
    for (const std::string_view text :
        {"provider.example:8080/get.php?username=bob&password=hunter2",
            "provider.example/get.php?username=bob&password=hunt er2",
            "//provider.example/live/bob/hunter2/1.ts", "provider:80/live/bob/hunter2/1",
            "10.0.0.1/xmltv.php", "provider.example?user=bob", "bob:hunter2@provider.example/x",
            "provider.example/player_api.php"}) {
        EXPECT_FALSE(parse_location(text)) << text;
    }
    for (const std::string_view text : {"list.m3u", "lists.d/a.m3u", "/srv/live.d/live/x?a=b",
             "./a.b/live/c.m3u", "../get.php", "live/a/b.m3u", "C:list"}) {
        EXPECT_TRUE(parse_location(text)) << text;
    }
}

TEST(ParseLocation, TakesAFileThatReadsLikeAUrlWhenItExists) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const fs::path before = fs::current_path();
    fs::current_path(directory.path());
    const std::string name = "provider.example/get.php";
    EXPECT_FALSE(parse_location(name));
    fs::create_directory("provider.example");
    std::ofstream(name) << "x";
    const auto found = parse_location(name);
    fs::current_path(before);
    ASSERT_TRUE(found);
    EXPECT_EQ(std::get<fs::path>(*found), fs::path(name));
}

TEST(ParseAdvertisedUrl, KeepsWhatPathsCanFollow) {
    EXPECT_EQ(parse_advertised_url("http://tuner:5004/"), "http://tuner:5004");
    EXPECT_EQ(parse_advertised_url("https://h/prefix//"), "https://h/prefix");
    EXPECT_EQ(parse_advertised_url("http://localhost:5004"), "http://localhost:5004");
    for (const std::string_view text : {"", "h:5004", "http://h?x", "http://h/#f", "http://u@h/"}) {
        EXPECT_FALSE(parse_advertised_url(text)) << text;
    }
}

TEST(RedactRejectedUrl, HidesCredentialsEvenWithoutAScheme) {
    for (const std::string_view text :
        {"user:hunter2@host/x", "http://u:hunter2@h:bad/", "host/get.php?password=hunter2",
            "ftp://h/?token=hunter2", "/live/user/hunter2/1.ts x", "u:hunter2@h,http://k"}) {
        EXPECT_THAT(redact_rejected_url(text), Not(HasSubstr("hunter2"))) << text;
    }
    EXPECT_EQ(redact_rejected_url("host:8080"), "host:8080");
}

} // namespace
} // namespace plex_tuner::config
