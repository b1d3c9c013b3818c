// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/redact.hpp>

#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

TEST(SecretKey, KnowsTheUsualNames) {
    for (const std::string_view key : {"username", "user", "USER", "password", "pass", "passwd",
             "pwd", "token", "auth", "key", "api_key", "apikey", "api-key", "X-Plex-Token", "sig",
             "signature", "X-Amz-Signature", "access_token", "play_token", "Authorization",
             "client_secret", "PROVIDER_PASS", "hdnts", "X-Amz-Credential", "wmsAuthSign", "mac"}) {
        EXPECT_TRUE(is_secret_key(key)) << key;
    }
}

TEST(SecretKey, LeavesOrdinaryNamesAlone) {
    for (const std::string_view key : {"", "type", "output", "action", "stream_id", "id", "channel",
             "utc", "lutc", "start", "duration", "keyframe", "author", "monkey", "q"}) {
        EXPECT_FALSE(is_secret_key(key)) << key;
    }
    EXPECT_FALSE(is_secret_key(std::string(100'000, 'k')));
}

TEST(RedactText, MasksUrlsAnywhereInText) {
    EXPECT_EQ(redact_text("GET http://u:p@h/x failed"), "GET http://***@h/x failed");
    EXPECT_EQ(redact_text("http://h/live/U/P/1.ts and https://k/?token=T!"),
        "http://h/live/***/***/1.ts and https://k/?token=***!");
    EXPECT_EQ(redact_text("a,http://u:p@h/"), "a,http://***@h/");
}

TEST(RedactText, PunctuationAroundUrlsStays) {
    EXPECT_EQ(redact_text("\"http://h/?password=P\""), "\"http://h/?password=***\"");
    EXPECT_EQ(redact_text("'http://h/?password=P' x"), "'http://h/?password=***' x");
    EXPECT_EQ(redact_text("(see http://h/?pass=P)"), "(see http://h/?pass=***)");
    EXPECT_EQ(redact_text("[http://h/?pass=P]."), "[http://h/?pass=***].");
    EXPECT_EQ(redact_text("<http://h/live/U/P/1.ts>, next"), "<http://h/live/***/***/1.ts>, next");
    EXPECT_EQ(redact_text("{http://h/?a=(b)}"), "{http://h/?a=(b)}");
}

TEST(RedactText, HarmlessTextIsUnchanged) {
    for (const std::string_view text :
        {"", "connection refused", "a = b, c: d", "see http://example.net/a?type=m3u_plus#top.",
            "cannot open '/tmp/a/b/123'", "token expired", "ratio 3:4", "key frame at 5 s",
            "no user: channel 5", "http://", "://", "%3A%2F%2F", "mailto:x@y", "// a comment",
            "text/html; charset=utf-8", "live/movie/series", "h264/aac 16/9",
            "cannot open 'lists/a/b/123'", "/tmp/a/123", "src/a.cpp:12: x", "at 10:30/2 of 24/7",
            "channels.example/guide.xml", "//example.net/logo.png"}) {
        EXPECT_EQ(redact_text(text), text);
    }
}

TEST(RedactText, MasksPairsWhoseKeyIsSecret) {
    EXPECT_EQ(redact_text("username=U&password=P&type=m3u"), "username=***&password=***&type=m3u");
    EXPECT_EQ(redact_text("x password=P, y"), "x password=*** y");
    EXPECT_EQ(redact_text("token=\"a b\" z"), "token=\"***\" z");
    EXPECT_EQ(redact_text("password=a=b&x=1"), "password=***&x=1");
    EXPECT_EQ(redact_text("password="), "password=");
}

TEST(RedactText, MasksJsonMembers) {
    EXPECT_EQ(redact_text(R"({"username":"U","password": "P\"Q","auth":1})"),
        R"({"username":"***","password": "***","auth":***)");
    EXPECT_EQ(redact_text(R"({"password":"cut)"), R"({"password":"***)");
}

TEST(RedactText, MasksCredentialHeaders) {
    EXPECT_EQ(redact_text("Authorization: Basic dTpw\r\nHost: h"), "Authorization: ***\r\nHost: h");
    EXPECT_EQ(redact_text("cookie: a=b; c=d"), "cookie: ***");
    EXPECT_EQ(redact_text("X-Plex-Token: abc"), "X-Plex-Token: ***");
}

TEST(RedactText, MasksEscapedUrls) {
    EXPECT_EQ(redact_text(R"({"url":"http:\/\/h\/live\/U\/P\/1.ts"})"),
        R"({"url":"http://h/live/***/***/1.ts"})");
    EXPECT_EQ(redact_text(R"("http:\/\/h\/x")"), R"("http:\/\/h\/x")");
    EXPECT_EQ(redact_text("to http%3A%2F%2Fu%3Ap%40h%2Fx&y=1"), "to http://***@h/x&y=1");
}

TEST(RedactText, MasksMalformedUrls) {
    EXPECT_EQ(redact_text("bad port in http://u:p@h:99999/"), "bad port in http://***@h:99999/");
    EXPECT_EQ(redact_text("http://u:p@/x"), "http://***@/x");
    EXPECT_EQ(redact_text("http://u:p/w@h/x"), "http://***@h/x");
}

TEST(RedactText, MasksBarePathsWithCredentials) {
    EXPECT_EQ(redact_text("GET /live/U/P/1.ts HTTP/1.1"), "GET /live/***/***/1.ts HTTP/1.1");
    EXPECT_EQ(redact_text("\"/movie/U/P/7.mkv\""), "\"/movie/***/***/7.mkv\"");
    EXPECT_EQ(redact_text("GET /get.php?username=U&password=P HTTP/1.1"),
        "GET /get.php?username=***&password=*** HTTP/1.1");
}

TEST(RedactText, MasksUrlsWithoutTheirScheme) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"panel.example:8080/live/U/P/6.ts", "panel.example:8080/live/***/***/6.ts"},
        {"x 'panel.example/live/U/P/6.ts' y", "x 'panel.example/live/***/***/6.ts' y"},
        {"panel:8080/U/P/6", "panel:8080/***/***/6"},
        {"a=10.0.0.1/U/P/6.ts, b", "a=10.0.0.1/***/***/6.ts, b"},
        {"[::1]:80/U/P/6", "[::1]:80/***/***/6"},
        {"panel.example/get.php?username=U&password=P",
            "panel.example/get.php?username=***&password=***"},
        {"//host/U/P/8", "//host/***/***/8"},
        {"//panel.example:80/live/U/P/8 x", "//panel.example:80/live/***/***/8 x"},
        {"//U:P@host/8?token=T", "//***@host/8?token=***"},
        {"'panel.example/a','password':'P'", "'panel.example/a','password':'***'"},
        {"panel/a','password':'P'", "panel/a','password':'***'"},
        {"panel/a;password=P", "panel/a;password=***"},
    };
    for (const auto& [text, masked] : cases) {
        EXPECT_EQ(redact_text(text), masked);
    }
}

TEST(RedactText, MasksShortPathsOfStreams) {
    EXPECT_EQ(redact_text("GET /U/P/8.ts HTTP/1.1"), "GET /***/***/8.ts HTTP/1.1");
    EXPECT_EQ(redact_text("/U/P/8.m3u8?a=1"), "/***/***/8.m3u8?a=1");
    EXPECT_EQ(redact_text("live/U/P/8.ts"), "live/***/***/8.ts");
    EXPECT_EQ(redact_text("panel/live/U/P/8"), "panel/live/***/***/8");
}

TEST(RedactText, IsIdempotent) {
    for (const std::string_view text :
        {"GET http://u:p@h/live/U/P/1.ts?token=T and password=P", R"({"password":"P"})",
            "Authorization: Basic x", "http://h/U/P/1.ts", "'http://h/?a=http%3A%2F%2Fu:p@k/'"}) {
        const std::string once = redact_text(text);
        EXPECT_EQ(redact_text(once), once);
        EXPECT_NE(once, text);
    }
}

TEST(RedactText, UrlsInsideUrls) {
    EXPECT_EQ(redact_text("http://proxy/http://u:p@h/live/U/P/1.ts"),
        "http://proxy/http://***@h/live/***/***/1.ts");
    EXPECT_EQ(
        redact_text("http://a?u=http://b?u=http://c:p@d/"), "http://a?u=http://b?u=http://***@d/");
}

TEST(RedactText, DeepNestingIsMaskedInsteadOfFollowed) {
    std::string text = "http://u:hunter2@h/";
    for (int i = 0; i < 20'000; ++i) {
        text.insert(0, "http://h?u=");
    }
    const std::string plain = redact_text(text);
    EXPECT_FALSE(plain.contains("hunter2"));
    EXPECT_LT(plain.size(), 100U);

    std::string encoded = "http%3A%2F%2Fu%3Ahunter2%40h%2F";
    for (int i = 0; i < 12; ++i) {
        std::string deeper;
        for (const char c : encoded) {
            deeper += c == '%' ? std::string("%25") : std::string(1, c);
        }
        encoded = deeper;
    }
    EXPECT_FALSE(
        redact_text("http://h/?u=http%3A%2F%2Fh%2F%3Fu%3D" + encoded).contains("hunter2@"));
}

TEST(RedactText, LongHostileTextIsFast) {
    // Quadratic behaviour would take minutes here; the time limit of the test notices.
    const auto repeated = [](std::string_view part, std::size_t times) {
        std::string text;
        text.reserve(part.size() * times);
        for (std::size_t i = 0; i < times; ++i) {
            text += part;
        }
        return text;
    };
    for (const std::string_view part : {"a", "/", "%", "=", ":", "\"", " ", "@", "key=", "/&",
             "a://&", "a%3A%2F%2F&", "a:\\/\\/", "http://u:p@h/((((", "/live/a", "user=\"\\\"",
             "a/&", "a.bc:1/'", "a/,", "//a ", "a:/&"}) {
        EXPECT_FALSE(redact_text(repeated(part, 200'000)).empty()) << part;
        EXPECT_FALSE(redact_text("http://h/" + repeated(part, 200'000)).empty()) << part;
    }
    EXPECT_EQ(redact_text("http://h/" + std::string(500'000, ')')),
        "http://h/" + std::string(500'000, ')'));
    EXPECT_EQ(redact_text("http://h/" + std::string(500'000, '.')).size(), 500'009U);
}

} // namespace
} // namespace plex_tuner
