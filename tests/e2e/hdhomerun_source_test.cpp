// SPDX-License-Identifier: GPL-3.0-or-later
// An HDHomeRun as the provider: a second tuner of ours stands for one.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <csignal>
#include <ctime>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::StartsWith;

class HdhomerunSource : public ::testing::Test {
protected:
    HdhomerunSource() {
        for (const char* path : {"/1.ts", "/2.ts", "/3.ts"}) {
            provider_.on(path, behave::endless(h264_clip(), 600'000));
        }
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")},
                                      {"two", provider_.url("/2.ts")}})));
    }

    void start_device(const std::string& tuners) {
        device_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"LINGER", "0"},
                           {"TUNER_COUNT", tuners}}});
        ASSERT_TRUE(device_.wait_until_ready()) << device_.process().stderr_text();
    }

    void start(std::map<std::string, std::string> settings = {}) {
        settings.insert(
            {{"HDHOMERUN_URL", device_.url("")}, {"LINGER", "0"}, {"TUNER_COUNT", "4"}});
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    [[nodiscard]] std::vector<std::string> lineup() const {
        std::vector<std::string> channels;
        for (const auto& channel : nlohmann::json::parse(tuner_.get("/lineup.json").body)) {
            channels.push_back(channel.at("GuideNumber").get<std::string>() + " " +
                               channel.at("GuideName").get<std::string>());
        }
        return channels;
    }

    ScriptedProvider provider_;
    Tuner device_;
    Tuner tuner_;
};

TEST_F(HdhomerunSource, ItsChannelsPlayThrough) {
    start_device("2");
    start();
    EXPECT_THAT(lineup(), ::testing::ElementsAre("1 one", "2 two"));
    StreamClient viewer(tuner_.port(), "/auto/v2");
    ASSERT_EQ(viewer.reply().status, 200);
    ASSERT_TRUE(viewer.read(1'000'000));
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_TRUE(facts.aligned);
    EXPECT_TRUE(facts.begins_with_key_frame);
    EXPECT_EQ(facts.continuity_errors, 0u);
    const auto status = nlohmann::json::parse(device_.get("/status.json").body);
    EXPECT_EQ(status[0].at("VctName"), "two");
}

TEST_F(HdhomerunSource, NoMoreThanItsTunersAreAskedFor) {
    start_device("1");
    start();
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    ASSERT_TRUE(viewer.read(100'000));
    const HttpReply refused = tuner_.get("/auto/v2");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(provider_.count("/2.ts"), 0u);
    EXPECT_TRUE(tuner_.process().wait_for_line({"the one connection of the account is in use"}));
    viewer.close();
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_viewers", 0));
    EXPECT_TRUE(device_.wait_for_metric("plex_tuner_viewers", 0));
    StreamClient next(tuner_.port(), "/auto/v2");
    EXPECT_EQ(next.reply().status, 200) << "its tuner is free at once";
}

TEST_F(HdhomerunSource, ItIsMergedWithOtherAccounts) {
    start_device("2");
    provider_.on("/other.m3u", behave::content(playlist_of({{"two", provider_.url("/3.ts")},
                                   {"three", provider_.url("/3.ts?b")}})));
    start({{"M3U_URL_2", provider_.url("/other.m3u")}});
    EXPECT_EQ(lineup().size(), 3u);
    device_.kill();
    StreamClient viewer(tuner_.port(), "/auto/v2");
    ASSERT_EQ(viewer.reply().status, 200) << "from the playlist";
    ASSERT_TRUE(viewer.read(100'000));
    EXPECT_EQ(provider_.count("/3.ts"), 1u);
}

/// Titles of the programmes that the guide has of a channel.
std::vector<std::string> titles(const std::string& guide, const std::string& id) {
    std::vector<std::string> found;
    const std::string channel = "channel=\"" + id + "\"><title>";
    for (std::size_t at = 0; (at = guide.find(channel, at)) != std::string::npos;) {
        at += channel.size();
        found.push_back(guide.substr(at, guide.find('<', at) - at));
    }
    return found;
}

std::string xmltv_time(std::time_t when) {
    std::tm utc{};
    ::gmtime_r(&when, &utc);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y%m%d%H%M%S +0000", &utc)};
}

std::string programme(const std::string& channel, const std::string& title) {
    constexpr std::time_t kHour = 3600;
    const std::time_t hour = std::time(nullptr) / kHour * kHour;
    return "<programme channel=\"" + channel + "\" start=\"" + xmltv_time(hour) + "\" stop=\"" +
           xmltv_time(hour + 2 * kHour) + "\"><title>" + title + "</title></programme>";
}

TEST_F(HdhomerunSource, ItsGuideIsTakenByTheNumbersThatItHas) {
    // Two channels of one name, which nothing but the number tells apart.
    provider_.on("/list.m3u",
        behave::content("#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",Same\n" + provider_.url("/1.ts") +
                        "\n#EXTINF:-1 tvg-id=\"b\",Same\n" + provider_.url("/2.ts") + "\n"));
    std::ofstream(device_.file("guide.xml"))
        << "<tv><channel id=\"a\"><display-name>A</display-name></channel><channel "
           "id=\"b\"><display-name>B</display-name></channel>"
        << programme("a", "First") << programme("b", "Second") << "</tv>";
    device_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"LINGER", "0"},
                       {"XMLTV_URL", "guide.xml"}, {"GUIDE_NUMBER_OFFSET", "40"}}});
    ASSERT_TRUE(device_.wait_until_ready()) << device_.process().stderr_text();
    start({{"GUIDE_NUMBER_OFFSET", "100"}});
    const std::string guide = tuner_.get("/guide.xml").body;
    EXPECT_THAT(titles(guide, "141.plextuner"), ::testing::Contains("First"));
    EXPECT_THAT(titles(guide, "142.plextuner"), ::testing::Contains("Second"));
    EXPECT_THAT(titles(guide, "141.plextuner"), ::testing::Not(::testing::Contains("Second")));
}

TEST_F(HdhomerunSource, HardwareHasNoGuideAndNothingIsWrongWithThat) {
    ScriptedProvider hardware; // answers 404 to what it does not know, as the hardware does
    hardware.on(
        "/discover.json", behave::content(R"({"DeviceID":"10439EFD","TunerCount":2,"LineupURL":")" +
                                              hardware.url("/lineup.json") + R"("})",
                              "application/json"));
    hardware.on(
        "/lineup.json", behave::content(R"([{"GuideNumber":"5.1","GuideName":"Five","URL":")" +
                                            hardware.url("/auto/v5.1") + R"("}])",
                            "application/json"));
    tuner_.start({.settings = {{"HDHOMERUN_URL", hardware.url("")}}});
    ASSERT_TRUE(tuner_.wait_until_ready());
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));
    EXPECT_THAT(tuner_.process().stderr_text(), ::testing::HasSubstr("refresh is over good=true"));
    EXPECT_THAT(tuner_.process().stderr_text(), ::testing::HasSubstr("has no guide of its own"));
    EXPECT_EQ(tuner_.metric("plex_tuner_guide_failures_total"), 0);
}

TEST_F(HdhomerunSource, WhatItHadIsServedWhileItIsAway) {
    start_device("2");
    start();
    device_.kill();
    tuner_.process().signal(SIGHUP);
    EXPECT_TRUE(tuner_.process().wait_for_line({" warn ", "lineup of the HDHomeRun not had"}));
    EXPECT_THAT(lineup(), ::testing::ElementsAre("1 one", "2 two"));
}

} // namespace
} // namespace plex_tuner::testing
