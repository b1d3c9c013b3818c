// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fetch/content_check.hpp>

#include <string>

#include <gmock/gmock.h>

namespace plex_tuner::fetch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ContentCheckTest, PagesAreRecognised) {
    for (const std::string_view page : {"<!DOCTYPE html><html>", "<!doctype HTML PUBLIC \"x\">",
             "<html lang=en>", "<HTML>", "\xEF\xBB\xBF\r\n  <html>", "<!-- hello --><html>",
             "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML\">",
             "<head><title>x", "<script>location='x'</script>", "<center><h1>403 Forbidden"}) {
        EXPECT_EQ(classify_body(200, {}, page), BodyKind::html) << page;
    }
}

TEST(ContentCheckTest, ContentIsLeftAlone) {
    for (const std::string_view content :
        {"#EXTM3U\n", "<?xml version=\"1.0\"?><!DOCTYPE tv SYSTEM \"xmltv.dtd\"><tv>", "<tv>",
            "<header>", "<html-like>", "G@\x11\x10", "[playlist]\nFile1=http://x", "{\\rtf1", "x",
            "<MPD xmlns=\"urn:mpeg:dash\">", "\x1F\x8B\x08", "<?xml", "[", "{"}) {
        EXPECT_EQ(classify_body(200, {}, content), BodyKind::other) << content;
    }
}

TEST(ContentCheckTest, JsonIsRecognised) {
    for (const std::string_view json : {"{}", "{\"user_info\":{}}", " [ ] ", "[{\"a\":1}]", "[1,2]",
             "\n{ \"a\" : 1 }", "[null]"}) {
        EXPECT_EQ(classify_body(200, {}, json), BodyKind::json) << json;
    }
}

TEST(ContentCheckTest, EmptyIsEmpty) {
    EXPECT_EQ(classify_body(200, {}, ""), BodyKind::empty);
}

TEST(ContentCheckTest, ChallengesAreRecognised) {
    const HeaderList cloudflare{{"Server", "cloudflare"}, {"CF-RAY", "8a"}};
    EXPECT_EQ(classify_body(200, {}, "<html><title>Just a moment...</title>"),
        BodyKind::cloudflare_challenge);
    EXPECT_EQ(classify_body(200, {}, "<html><script src=\"/cdn-cgi/challenge-platform/x\">"),
        BodyKind::cloudflare_challenge);
    EXPECT_EQ(
        classify_body(503, cloudflare, "<html>please wait</html>"), BodyKind::cloudflare_challenge);
    EXPECT_EQ(
        classify_body(521, {{"cf-ray", "8a"}}, "<!DOCTYPE html>"), BodyKind::cloudflare_challenge);
    EXPECT_EQ(
        classify_body(403, {{"CF-Mitigated", "challenge"}}, ""), BodyKind::cloudflare_challenge);
    EXPECT_EQ(classify_body(200, cloudflare, "<html>our own page</html>"), BodyKind::html);
    EXPECT_EQ(classify_body(200, cloudflare, "#EXTM3U"), BodyKind::other);
}

TEST(ContentCheckTest, ErrorsNameTheKindAndHideCredentials) {
    const Url url = *Url::parse("http://h/get.php?username=u&password=hunter2");
    EXPECT_EQ(unwanted_body(BodyKind::empty, url).code(), ErrorCode::empty_body);
    const Error error = unwanted_body(BodyKind::html, url);
    EXPECT_EQ(error.code(), ErrorCode::blocked);
    EXPECT_THAT(error.message(), HasSubstr("an HTML page"));
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(unwanted_body(BodyKind::cloudflare_challenge, url).message(),
        HasSubstr("Cloudflare challenge"));
}

} // namespace
} // namespace plex_tuner::fetch
