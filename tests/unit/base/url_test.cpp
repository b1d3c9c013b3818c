// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/url.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

[[nodiscard]] Url url(std::string_view text) {
    auto parsed = Url::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : *Url::parse("http://parse-failed/");
}

TEST(Url, SplitsIntoParts) {
    const Url u = url("HTTP://us%40er:p@ss@Host.example:8080/a%2Fb/c?x=1&y=?#frag#2");
    EXPECT_EQ(u.scheme(), "HTTP");
    EXPECT_TRUE(u.is_scheme("http"));
    EXPECT_TRUE(u.is_http());
    EXPECT_EQ(u.userinfo(), "us%40er:p@ss");
    EXPECT_EQ(u.host(), "Host.example");
    EXPECT_EQ(u.port(), 8080);
    EXPECT_EQ(u.path(), "/a%2Fb/c");
    EXPECT_EQ(u.query(), "x=1&y=?");
    EXPECT_EQ(u.fragment(), "frag#2");
    EXPECT_EQ(u.origin(), "http://host.example:8080");
}

TEST(Url, MissingPartsAreEmpty) {
    const Url u = url("https://h");
    EXPECT_EQ(u.path(), "");
    EXPECT_EQ(u.query(), "");
    EXPECT_EQ(u.fragment(), "");
    EXPECT_EQ(u.userinfo(), "");
    EXPECT_EQ(u.port(), 443);
    EXPECT_EQ(u.origin(), "https://h:443");
}

TEST(Url, QueryMayFollowTheHostDirectly) {
    const Url u = url("http://h?a=/b");
    EXPECT_EQ(u.host(), "h");
    EXPECT_EQ(u.path(), "");
    EXPECT_EQ(u.query(), "a=/b");
}

TEST(Url, KeepsTheTextByteForByte) {
    const std::string text = "http://h/%7e/a//b/../c?sig=%2F+x#";
    EXPECT_EQ(url("  " + text + "\r\n").text(), text);
}

TEST(Url, Ipv6Hosts) {
    const Url u = url("http://[fe80::1]:81/x");
    EXPECT_EQ(u.host(), "fe80::1");
    EXPECT_EQ(u.port(), 81);
    EXPECT_EQ(u.origin(), "http://[fe80::1]:81");
    EXPECT_EQ(url("http://[::1]/").port(), 80);
    EXPECT_FALSE(Url::parse("http://[::1/"));
    EXPECT_FALSE(Url::parse("http://[::1]x/"));
    EXPECT_FALSE(Url::parse("http://::1/"));
}

TEST(Url, DefaultPorts) {
    EXPECT_EQ(url("http://h").port(), 80);
    EXPECT_EQ(url("http://h:/").port(), 80);
    EXPECT_EQ(url("rtsp://h").port(), 554);
    EXPECT_EQ(url("udp://@239.0.0.1:1234").port(), 1234);
    EXPECT_EQ(url("udp://h").port(), 0);
}

TEST(Url, AcceptsOtherSchemes) {
    EXPECT_EQ(url("file:///srv/list.m3u").path(), "/srv/list.m3u");
    EXPECT_FALSE(url("file:///srv/list.m3u").is_http());
    EXPECT_EQ(url("mailto:a@b").path(), "a@b");
}

TEST(Url, RefusesWhatIsNoUrl) {
    for (const std::string_view text : {"", "  ", "h/x", "/x", "//h/x", ":x", "1http://h",
             "ht tp://h", "http://", "http:///x", "http:x", "http://:80/", "http://u@/",
             "http://h:0/", "http://h:65536/", "http://h:8o/", "http://h:-1/", "http://a b/",
             "http://h/a b", "http://h/a\tb", "http://h/\x01", "http://h\\@k/", "http://h/\x7F"}) {
        EXPECT_FALSE(Url::parse(text)) << text;
    }
    using namespace std::string_view_literals;
    EXPECT_FALSE(Url::parse("http://h/\0x"sv));
}

TEST(Url, TooLongIsRefusedWithItsOwnCode) {
    const std::string prefix = "http://h/";
    EXPECT_TRUE(Url::parse(prefix + std::string(Url::kMaxBytes - prefix.size(), 'x')));
    const auto parsed = Url::parse(prefix + std::string(Url::kMaxBytes, 'x'));
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code(), ErrorCode::too_large);
}

TEST(Url, ErrorsNeverQuoteTheText) {
    for (const std::string_view text : {"http://u:hunter2@h:x/", "hunter2", "http://hunter2 /"}) {
        const auto parsed = Url::parse(text);
        ASSERT_FALSE(parsed);
        EXPECT_THAT(parsed.error().message(), testing::Not(testing::HasSubstr("hunter2")));
    }
}

TEST(Url, WithoutUserinfoKeepsTheRest) {
    const Url u = url("http://u:p@h:81/p?q#f").without_userinfo();
    EXPECT_EQ(u.text(), "http://h:81/p?q#f");
    EXPECT_EQ(u.userinfo(), "");
    EXPECT_EQ(u.host(), "h");
    EXPECT_EQ(u.path(), "/p");
    EXPECT_EQ(u.query(), "q");
    EXPECT_EQ(u.fragment(), "f");
    EXPECT_EQ(u.resolve("x")->text(), "http://h:81/x");
    EXPECT_EQ(url("http://@h/").without_userinfo().text(), "http://h/");
    EXPECT_EQ(url("http://h/@").without_userinfo().text(), "http://h/@");
}

TEST(UrlRedacted, Userinfo) {
    EXPECT_EQ(url("http://user:pw@h/x").redacted(), "http://***@h/x");
    EXPECT_EQ(url("http://token@h/x").redacted(), "http://***@h/x");
    EXPECT_EQ(url("http://u:p@ss@h/x").redacted(), "http://***@h/x");
    EXPECT_EQ(url("http://h/x").redacted(), "http://h/x");
}

TEST(UrlRedacted, SecretQueryValues) {
    EXPECT_EQ(url("http://h/get.php?username=U&password=P&type=m3u_plus").redacted(),
        "http://h/get.php?username=***&password=***&type=m3u_plus");
    EXPECT_EQ(url("http://h/?X-Plex-Token=T").redacted(), "http://h/?X-Plex-Token=***");
    EXPECT_EQ(url("http://h/?%74oken=T;sig=S&a=b").redacted(), "http://h/?%74oken=***;sig=***&a=b");
    EXPECT_EQ(url("http://h/?token=").redacted(), "http://h/?token=");
    EXPECT_EQ(url("http://h/#access_token=T").redacted(), "http://h/#access_token=***");
}

TEST(UrlRedacted, UrlsInsideQueryValues) {
    EXPECT_EQ(url("http://h/?u=http%3A%2F%2Fa%3Ab%40k%2F&z=1").redacted(), "http://h/?u=***&z=1");
    EXPECT_EQ(url("http://h/?u=http://k/live/U/P/1.ts").redacted(),
        "http://h/?u=http://k/live/***/***/1.ts");
    EXPECT_EQ(url("http://h/?u=http%3A%2F%2Fk%2Fx").redacted(), "http://h/?u=http%3A%2F%2Fk%2Fx");
}

TEST(UrlRedacted, XtreamPaths) {
    EXPECT_EQ(url("http://h/live/U/P/1.ts").redacted(), "http://h/live/***/***/1.ts");
    EXPECT_EQ(url("http://h/live/U/P/1.m3u8?x=1").redacted(), "http://h/live/***/***/1.m3u8?x=1");
    EXPECT_EQ(url("http://h/movie/U/P/77.mkv").redacted(), "http://h/movie/***/***/77.mkv");
    EXPECT_EQ(url("http://h/series/U/P/77.mp4").redacted(), "http://h/series/***/***/77.mp4");
    EXPECT_EQ(url("http://h/timeshift/U/P/60/2026-01-01:10-00/7.ts").redacted(),
        "http://h/timeshift/***/***/60/2026-01-01:10-00/7.ts");
    EXPECT_EQ(url("http://h/U/P/123").redacted(), "http://h/***/***/123");
    EXPECT_EQ(url("http://h/U/P/123.ts").redacted(), "http://h/***/***/123.ts");
    EXPECT_EQ(url("http://h/hlsr/T/U/P/1/x/s.ts").redacted(), "http://h/hlsr/***/***/***/1/x/s.ts");
    EXPECT_EQ(url("http://h/play/T/m3u8").redacted(), "http://h/play/***/m3u8");
    EXPECT_EQ(
        url("http://h/playlist/U/P/m3u_plus").redacted(), "http://h/playlist/***/***/m3u_plus");
}

TEST(UrlRedacted, XtreamPathsBelowAPrefix) {
    EXPECT_EQ(url("http://h/prefix/live/U/P/1.ts").redacted(), "http://h/prefix/live/***/***/1.ts");
    EXPECT_EQ(url("http://h/a/b/U/P/9.ts").redacted(), "http://h/a/b/***/***/9.ts");
    EXPECT_EQ(url("http://h/live/live/U/P/1.ts").redacted(), "http://h/live/***/***/***/1.ts");
    EXPECT_EQ(url("http://h/live/a/b/U/P/1.ts").redacted(), "http://h/live/***/***/***/***/1.ts");
    EXPECT_EQ(url("http://h//live//U/P/1.ts").redacted(), "http://h//live//***/***/1.ts");
}

TEST(UrlRedacted, EncodedPaths) {
    EXPECT_EQ(url("http://h/live/us%2Fer/p%40ss/1.ts").redacted(), "http://h/live/***/***/1.ts");
    EXPECT_EQ(url("http://h/%6Cive/U/P/1.ts").redacted(), "http://h/%6Cive/***/***/1.ts");
    EXPECT_EQ(url("http://h/LIVE/U/P/1.ts").redacted(), "http://h/LIVE/***/***/1.ts");
    EXPECT_EQ(url("http://h/live%2FU%2FP%2F1.ts").redacted(), "http://h/***");
    EXPECT_EQ(url("http://h/proxy/http%3A%2F%2Fu%3Ap%40k%2Fx").redacted(), "http://h/proxy/***");
    EXPECT_EQ(url("http://h/token=abc/x").redacted(), "http://h/token=***/x");
}

TEST(UrlRedacted, PathsCutShortAreMaskedToo) {
    EXPECT_EQ(url("http://h/live/U/P/").redacted(), "http://h/live/***/***/");
    EXPECT_EQ(url("http://h/live/U/P").redacted(), "http://h/live/***/***");
}

TEST(UrlRedacted, OrdinaryPathsStayReadable) {
    for (const std::string_view text :
        {"http://h/live/index.m3u8", "http://h/live/sport/index.m3u8", "http://h/stream/5",
            "http://h/auto/v5", "http://h/hls/720p/segment5.ts", "http://h/xmltv.php",
            "http://h/movies/drama/title", "http://h/a/b/c", "http://h/", "http://h"}) {
        EXPECT_EQ(url(text).redacted(), text);
    }
}

TEST(UrlRedacted, IsIdempotent) {
    for (const std::string_view text : {"http://u:p@h/live/U/P/1.ts?token=t#key=k",
             "http://h/live/a/b/U/P/1.ts", "http://h/U/P/3", "http://h/live%2FU%2FP%2F1.ts"}) {
        const std::string once = url(text).redacted();
        EXPECT_EQ(url(once).redacted(), once);
    }
}

} // namespace
} // namespace plex_tuner
