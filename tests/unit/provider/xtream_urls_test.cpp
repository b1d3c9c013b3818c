// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/provider/xtream_urls.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using testing::HasSubstr;
using testing::Not;

Url url(std::string_view text) {
    return *Url::parse(text);
}

XtreamUrls urls(std::string_view base = "http://panel.example:8080") {
    return *XtreamUrls::make(url(base), "us er@x", Secret("p&s=/+#"));
}

constexpr std::string_view kQuery = "?username=us%20er%40x&password=p%26s%3D%2F%2B%23";
constexpr std::string_view kPath = "/us%20er%40x/p%26s%3D%2F%2B%23/";

std::string api(XtreamAction action, std::string_view id = {}) {
    const auto made = urls().player_api(action, id);
    return made ? made->text() : made.error().message();
}

std::string expected(std::string_view more) {
    return "http://panel.example:8080/player_api.php" + std::string(kQuery) + std::string(more);
}

TEST(XtreamUrls, EveryActionHasItsAddress) {
    EXPECT_EQ(api(XtreamAction::account), expected(""));
    EXPECT_EQ(api(XtreamAction::live_categories), expected("&action=get_live_categories"));
    EXPECT_EQ(api(XtreamAction::movie_categories), expected("&action=get_vod_categories"));
    EXPECT_EQ(api(XtreamAction::series_categories), expected("&action=get_series_categories"));
    EXPECT_EQ(api(XtreamAction::live_streams), expected("&action=get_live_streams"));
    EXPECT_EQ(
        api(XtreamAction::live_streams, "7"), expected("&action=get_live_streams&category_id=7"));
    EXPECT_EQ(api(XtreamAction::movies, "8"), expected("&action=get_vod_streams&category_id=8"));
    EXPECT_EQ(api(XtreamAction::series, "9"), expected("&action=get_series&category_id=9"));
    EXPECT_EQ(api(XtreamAction::movie_info, "5"), expected("&action=get_vod_info&vod_id=5"));
    EXPECT_EQ(
        api(XtreamAction::series_info, "a&b"), expected("&action=get_series_info&series_id=a%26b"));
    EXPECT_EQ(api(XtreamAction::short_guide, "1"),
        expected("&action=get_short_epg&stream_id=1&limit=48"));
    EXPECT_EQ(
        api(XtreamAction::guide_table, "1"), expected("&action=get_simple_data_table&stream_id=1"));
}

TEST(XtreamUrls, AnIdWhereNoneBelongsIsRefused) {
    EXPECT_FALSE(urls().player_api(XtreamAction::account, "1"));
    EXPECT_FALSE(urls().player_api(XtreamAction::live_categories, "1"));
    EXPECT_FALSE(urls().player_api(XtreamAction::series_info, std::string(2000, '1')));
}

TEST(XtreamUrls, StreamsHaveTheCredentialsInThePath) {
    const std::string at = "http://panel.example:8080";
    EXPECT_EQ(urls().live("101", "ts"), at + "/live" + std::string(kPath) + "101.ts");
    EXPECT_EQ(urls().live("101", ""), at + "/live" + std::string(kPath) + "101");
    EXPECT_EQ(urls().movie("a/b", "mkv"), at + "/movie" + std::string(kPath) + "a%2Fb.mkv");
    EXPECT_EQ(urls().movie("5", ""), at + "/movie" + std::string(kPath) + "5.mp4");
    EXPECT_EQ(urls().episode("6", ""), at + "/series" + std::string(kPath) + "6.mp4");
}

TEST(XtreamUrls, NoCredentialIsLeftInARedactedAddress) {
    for (const std::string& text : {urls().live("101", "ts"), urls().movie("5", "mkv"),
             urls().episode("6", "mp4"), urls().guide()->text(), urls().playlist("ts")->text()}) {
        EXPECT_THAT(url(text).redacted(), Not(HasSubstr("us%20er"))) << text;
        EXPECT_THAT(url(text).redacted(), Not(HasSubstr("p%26s"))) << text;
    }
}

TEST(XtreamUrls, PastedAddressesBecomeTheBase) {
    for (const std::string_view pasted :
        {"http://h:80/get.php?username=x&password=y&type=m3u_plus", "http://h:80/PLAYER_API.PHP",
            "http://h:80/panel_api.php?username=x", "http://h:80/xmltv.php", "http://h:80/c.php?a",
            "http://h:80//", "http://h:80/?x#y", "http://h:80"}) {
        EXPECT_EQ(xtream_base(url(pasted)).text(), "http://h:80") << pasted;
    }
    EXPECT_EQ(xtream_base(url("https://h/panel/get.php?a=b")).text(), "https://h/panel");
    EXPECT_EQ(xtream_base(url("https://example.php")).text(), "https://example.php");
}

TEST(XtreamUrls, UnusableAccountsAreRefusedWithoutQuotingThem) {
    const Url base = url("http://h");
    EXPECT_FALSE(XtreamUrls::make(base, "", Secret("p")));
    EXPECT_FALSE(XtreamUrls::make(base, "u", Secret()));
    EXPECT_FALSE(XtreamUrls::make(url("ftp://h"), "u", Secret("p")));
    const auto long_one = XtreamUrls::make(base, "u", Secret(std::string(2000, 'Q')));
    ASSERT_FALSE(long_one);
    EXPECT_EQ(long_one.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(long_one.error().message(), Not(HasSubstr("QQQ")));
}

} // namespace
} // namespace plex_tuner::provider
