// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/provider/short_guide.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WallTime at(std::int64_t seconds) {
    return WallTime(std::chrono::seconds(seconds));
}

std::vector<XtreamListing> read(std::string_view body) {
    auto listings = read_short_guide(text_chunks(body));
    EXPECT_TRUE(listings) << listings.error().message();
    return listings.value_or(std::vector<XtreamListing>());
}

TEST(ShortGuide, ReadsBase64TextsAndTimestampsOfAnyType) {
    EXPECT_THAT(
        read(
            R"({"epg_listings":[{"id":"1","title":"TmV3cyBhdCBUZW4=","lang":"en","start":"2023-11-14 22:00:00",
            "end":"2023-11-14 23:00:00","description":"VGhlIGRheQ==","start_timestamp":"1700000000",
            "stop_timestamp":"1700003600","now_playing":0},
            {"title":"Q2Fmw6k=","description":"","start_timestamp":1700003600,"stop_timestamp":1700007200}]})"),
        ElementsAre(XtreamListing{"News at Ten", "The day", at(1'700'000'000), at(1'700'003'600)},
            XtreamListing{"Café", "", at(1'700'003'600), at(1'700'007'200)}));
}

TEST(ShortGuide, ReadsPlainTexts) {
    EXPECT_THAT(
        read(
            R"({"epg_listings":[{"title":"News","description":"The day in the studio","start":"1700000000","end":"1700003600"}]})"),
        ElementsAre(
            XtreamListing{"News", "The day in the studio", at(1'700'000'000), at(1'700'003'600)}));
    EXPECT_THAT(
        read(
            R"({"epg_listings":[{"title":"News","start_timestamp":1700000000,"stop_timestamp":1700003600}]})"),
        ElementsAre(XtreamListing{"News", "", at(1'700'000'000), at(1'700'003'600)}));
}

TEST(ShortGuide, ReadsTheListAsMapAndAlone) {
    constexpr std::string_view kOne =
        R"({"title":"TmV3cyBhdCBUZW4=","start_timestamp":"5","stop_timestamp":"9"})";
    const auto expected = ElementsAre(XtreamListing{"News at Ten", "", at(5), at(9)});
    EXPECT_THAT(read(R"({"epg_listings":{"0":)" + std::string(kOne) + "}}"), expected);
    EXPECT_THAT(read("[" + std::string(kOne) + "]"), expected);
}

TEST(ShortGuide, AChannelWithoutProgrammesGivesNone) {
    for (const std::string_view body : {R"({"epg_listings":[]})", R"({"epg_listings":{}})",
             R"({"epg_listings":null})", "{}", "[]", "null", "false"}) {
        EXPECT_THAT(read(body), IsEmpty()) << body;
    }
}

TEST(ShortGuide, LeavesOutWhatHasNoTimeOrNoTitle) {
    EXPECT_THAT(
        read(
            R"({"epg_listings":[{"title":"QQ==","start":"2023-11-14 22:00:00","end":"2023-11-14 23:00:00"},
            {"title":"","start_timestamp":"5","stop_timestamp":"9"},
            {"title":"QQ==","start_timestamp":"9","stop_timestamp":"9"},
            {"title":null,"start_timestamp":"5","stop_timestamp":"9"}, 7, "x", []]})"),
        IsEmpty());
}

TEST(ShortGuide, SaysWhatElseThePanelSent) {
    const auto message = [](std::string_view body) {
        const auto read = read_short_guide(text_chunks(body));
        return read ? std::string() : std::string(read.error().message());
    };
    EXPECT_THAT(message("<html>blocked</html>"), HasSubstr("the short guide"));
    EXPECT_THAT(message(R"({"epg_listings":[)"), HasSubstr("the short guide"));
    EXPECT_THAT(message("17"), HasSubstr("something else"));
    const auto refused = read_short_guide(text_chunks(R"({"user_info":{"auth":0}})"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
}

TEST(LiveStreamId, KnowsTheAddressesOfTheAccount) {
    const auto host =
        XtreamUrls::make(*Url::parse("http://panel.example:8080"), "joe", Secret("p@ss"));
    ASSERT_TRUE(host);
    for (const std::string_view address :
        {"http://panel.example:8080/live/joe/p%40ss/17.ts",
            "http://panel.example:8080/joe/p%40ss/17", "http://panel.example:8080/joe/p%40ss/17.ts",
            "http://panel.example:8080/live/joe/p%40ss/17.m3u8?token=1"}) {
        EXPECT_EQ(live_stream_id(*host, address), "17") << address;
    }
    for (const std::string_view address : {"http://other.example/live/joe/p%40ss/17.ts",
             "http://panel.example:8080/movie/joe/p%40ss/17.mkv",
             "http://panel.example:8080/live/joe/other/17.ts",
             "http://panel.example:8080/live/joe/p%40ss/",
             "http://panel.example:8080/joe/p%40ss/x.ts", ""}) {
        EXPECT_EQ(live_stream_id(*host, address), "") << address;
    }
}

} // namespace
} // namespace plex_tuner::provider
