// SPDX-License-Identifier: GPL-3.0-or-later
// What the streams are asked before their channels are taken: smoketest and Cloudflare sample.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class StreamCheck : public ::testing::Test {
protected:
    using Channels = std::vector<std::pair<std::string, std::string>>;

    /// A stream of media at `path`.
    std::string alive(const std::string& path) {
        provider_.on(path, behave::endless(h264_clip(), 600'000));
        return provider_.url(path);
    }

    std::string with(const std::string& path, Behaviour behaviour) {
        provider_.on(path, std::move(behaviour));
        return provider_.url(path);
    }

    void list(const Channels& channels) {
        provider_.on("/list.m3u", behave::content(playlist_of(channels)));
    }

    int index(std::map<std::string, std::string> settings, std::vector<std::string> flags = {}) {
        settings.insert({{"M3U_URL", provider_.url("/list.m3u")}, {"LIVE_ONLY", "1"},
            {"PROVIDER_RATE", "1000"}, {"SMOKETEST_TIMEOUT", "1s"}});
        tuner_.launch({.subcommand = "index", .flags = std::move(flags), .settings = settings});
        return tuner_.process().wait(std::chrono::seconds(60)).value_or(-1);
    }

    [[nodiscard]] std::string log() { return tuner_.process().stderr_text(); }

    [[nodiscard]] nlohmann::json channels() const {
        return nlohmann::json::parse(std::ifstream(tuner_.file("catalog.json")))
            .at("live_channels");
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& channel : channels()) {
            names.push_back(channel.at("guide_name"));
        }
        return names;
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

const std::map<std::string, std::string> kTest = {{"SMOKETEST_ENABLED", "1"}};

TEST_F(StreamCheck, WithoutTheSmoketestDeadStreamsStay) {
    list({{"one", alive("/1.ts")}, {"gone", with("/2.ts", behave::status(404))}});
    ASSERT_EQ(index({}), 0) << log();
    EXPECT_THAT(names(), ElementsAre("one", "gone"));
    EXPECT_EQ(provider_.count("/1.ts"), 0U);
}

TEST_F(StreamCheck, DeadStreamsAreLeftOutAndTheOrderStays) {
    list({{"gone", with("/1.ts", behave::status(404))}, {"ts", alive("/2.ts")},
        {"page", with("/3.ts", behave::content("<html><body>no</body></html>", "text/html"))},
        {"hls", with("/4.m3u8", behave::content("#EXTM3U\n#EXT-X-TARGETDURATION:4\n"))},
        {"empty", with("/5.ts", behave::content(""))}, {"refused", "http://127.0.0.1:1/6.ts"},
        {"last", alive("/7.ts")}});
    ASSERT_EQ(index(kTest), 0) << log();
    EXPECT_THAT(names(), ElementsAre("ts", "hls", "last"));
    EXPECT_THAT(log(), HasSubstr("channels left out"));
}

TEST_F(StreamCheck, WhatTestsShowOfTheStreamsIsInTheLineup) {
    list({{"one", alive("/1.ts")}, {"two", alive("/2.ts")}});
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"LIVE_ONLY", "1"},
                      {"PROVIDER_RATE", "1000"}, {"SMOKETEST_ENABLED", "1"}}});
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"})) << log();
    for (const auto& row : nlohmann::json::parse(tuner_.get("/lineup.json").body)) {
        EXPECT_EQ(row.value("VideoCodec", ""), "H264");
        EXPECT_EQ(row.value("AudioCodec", ""), "AAC");
    }
    EXPECT_EQ(tuner_.metric("plex_tuner_viewers"), 0);
}

TEST_F(StreamCheck, RefusalsAndTimeoutsProveNothing) {
    list({{"ts", alive("/1.ts")}, {"forbidden", with("/2.ts", behave::status(403))},
        {"full", with("/3.ts", behave::status(458))},
        {"broken", with("/4.ts", behave::status(503))}, {"slow", with("/5.ts", behave::silent())}});
    ASSERT_EQ(index(kTest), 0) << log();
    EXPECT_THAT(names(), SizeIs(5));
}

TEST_F(StreamCheck, AVerdictHolds) {
    list({{"one", alive("/1.ts")}, {"gone", with("/2.ts", behave::status(404))}});
    ASSERT_EQ(index(kTest), 0) << log();
    list({{"one", provider_.url("/1.ts")}, {"gone", provider_.url("/2.ts")},
        {"new", alive("/3.ts")}});
    ASSERT_EQ(index(kTest), 0) << log();
    EXPECT_THAT(names(), ElementsAre("one", "new"));
    EXPECT_EQ(provider_.count("/1.ts"), 1U);
    EXPECT_EQ(provider_.count("/2.ts"), 1U);
    EXPECT_EQ(provider_.count("/3.ts"), 1U);
}

TEST_F(StreamCheck, AnOldVerdictIsRenewedThoughThePlaylistIsTheSame) {
    list({{"one", alive("/1.ts")}, {"back", with("/2.ts", behave::status(404))}});
    auto settings = kTest;
    settings["SMOKETEST_CACHE_TTL"] = "1s";
    ASSERT_EQ(index(settings), 0) << log();
    ASSERT_THAT(names(), ElementsAre("one"));
    static_cast<void>(alive("/2.ts"));
    settings["SMOKETEST_CACHE_TTL"] = "0"; // no verdict of an earlier run is that young
    ASSERT_EQ(index(settings), 0) << log();
    EXPECT_THAT(names(), ElementsAre("one", "back"));
}

TEST_F(StreamCheck, UntestedChannelsStayAndComeNextTime) {
    list({{"a", alive("/1.ts")}, {"b", alive("/2.ts")},
        {"gone", with("/3.ts", behave::status(404))}});
    auto settings = kTest;
    settings["SMOKETEST_MAX_CHANNELS"] = "2";
    ASSERT_EQ(index(settings), 0) << log();
    EXPECT_THAT(names(), ElementsAre("a", "b", "gone"));
    EXPECT_EQ(provider_.count("/3.ts"), 0U);
    list({{"a", provider_.url("/1.ts")}, {"b", provider_.url("/2.ts")},
        {"gone", provider_.url("/3.ts")}, {"d", alive("/4.ts")}});
    ASSERT_EQ(index(settings), 0) << log();
    EXPECT_THAT(names(), ElementsAre("a", "b", "d"));
}

TEST_F(StreamCheck, AHostThatIsDownKeepsItsChannels) {
    Channels all;
    for (int i = 1; i <= 6; ++i) {
        const std::string path = "/" + std::to_string(i) + ".ts";
        all.emplace_back("c" + std::to_string(i), with(path, behave::status(404)));
    }
    list(all);
    ASSERT_EQ(index(kTest), 0) << log();
    EXPECT_THAT(names(), SizeIs(6));
    EXPECT_THAT(log(), HasSubstr("taken for an outage"));
}

TEST_F(StreamCheck, WhenNothingPlaysAnywhereNothingIsLeftOut) {
    Channels all;
    for (int i = 1; i <= 6; ++i) {
        all.emplace_back(
            "c" + std::to_string(i), "http://127.0.0.1:" + std::to_string(i) + "/live.ts");
    }
    list(all);
    ASSERT_EQ(index(kTest), 0) << log();
    EXPECT_THAT(names(), SizeIs(6));
    EXPECT_THAT(log(), HasSubstr("an outage on our side"));
}

TEST_F(StreamCheck, ARejectionThatLooksAtNothingIsNamed) {
    list({{"a", with("/1.ts", behave::status(404))}});
    ASSERT_EQ(index({{"FETCH_CF_REJECT", "1"}, {"FETCH_STREAM_SAMPLE_SIZE", "0"}}), 0) << log();
    EXPECT_THAT(log(), HasSubstr("no stream is looked at"));
}

TEST_F(StreamCheck, ABackupThatPlaysComesBeforeADeadAddress) {
    provider_.on("/list.m3u",
        behave::content("#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",A\n" +
                        with("/dead.ts", behave::status(410)) + "\n" + alive("/backup.ts") +
                        "\n#EXTINF:-1 tvg-id=\"b\",B\n" + alive("/b.ts") + "\n"));
    ASSERT_EQ(index(kTest), 0) << log();
    ASSERT_THAT(names(), ElementsAre("A", "B"));
    const auto urls = channels()[0].at("stream_urls");
    ASSERT_THAT(urls, SizeIs(2));
    EXPECT_THAT(urls[0].get<std::string>(), HasSubstr("/backup.ts"));
    EXPECT_EQ(provider_.count("/backup.ts"), 1U) << "the backup was tested, too";
}

TEST_F(StreamCheck, AnEmptiedGroupIsNamed) {
    provider_.on("/list.m3u",
        behave::content("#EXTM3U\n#EXTINF:-1 group-title=\"Sports\",A\n" +
                        with("/1.ts", behave::status(404)) +
                        "\n#EXTINF:-1 group-title=\"News\",B\n" + alive("/2.ts") + "\n"));
    ASSERT_EQ(index(kTest), 0) << log();
    EXPECT_THAT(log(), HasSubstr("group=Sports"));
    EXPECT_THAT(log(), Not(HasSubstr("group=News")));
}

TEST_F(StreamCheck, ALossOfManyChannelsIsHeldBack) {
    list({{"a", alive("/1.ts")}, {"b", alive("/2.ts")}, {"c", alive("/3.ts")}});
    ASSERT_EQ(index({}), 0) << log();
    for (const char* path : {"/2.ts", "/3.ts"}) {
        provider_.on(path, behave::status(404));
    }
    EXPECT_EQ(index(kTest), 1);
    EXPECT_THAT(names(), SizeIs(3));
    EXPECT_EQ(index(kTest, {"-accept-shrink"}), 0) << log();
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(StreamCheck, VerdictsTellNoPassword) {
    list({{"one", alive("/live/joe/hunter2/1.ts")},
        {"gone", with("/live/joe/hunter2/2.ts", behave::status(404))}});
    auto settings = kTest;
    settings["SMOKETEST_CACHE_FILE"] = tuner_.file("verdicts.json").string();
    ASSERT_EQ(index(settings), 0) << log();
    std::ifstream file(tuner_.file("verdicts.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(text, HasSubstr("\"pass\":false"));
    EXPECT_THAT(text + log(), Not(HasSubstr("hunter2")));
}

/// What a Cloudflare front adds to an answer.
Behaviour fronted() {
    return behave::content("x", "video/mp2t", {"CF-RAY: 8a1-FRA", "Server: cloudflare"});
}

TEST_F(StreamCheck, StreamsBehindCloudflareAreWarnedOf) {
    list({{"a", with("/1.ts", fronted())}, {"b", with("/2.ts", fronted())}});
    ASSERT_EQ(index({{"FETCH_STREAM_SAMPLE_SIZE", "5"}}), 0) << log();
    EXPECT_THAT(names(), SizeIs(2));
    EXPECT_THAT(log(), HasSubstr("streams come through Cloudflare"));
    EXPECT_EQ(provider_.count("/1.ts") + provider_.count("/2.ts"), 1U) << "the first one tells";
    EXPECT_EQ(provider_.requests("/1.ts").front().method, "HEAD");
}

TEST_F(StreamCheck, TheSampleIsSpreadOverTheList) {
    Channels all;
    for (int i = 0; i <= 8; ++i) {
        all.emplace_back("c" + std::to_string(i), alive("/" + std::to_string(i) + ".ts"));
    }
    list(all);
    ASSERT_EQ(index({{"FETCH_STREAM_SAMPLE_SIZE", "3"}}), 0) << log();
    for (int i = 0; i <= 8; ++i) {
        EXPECT_EQ(provider_.count("/" + std::to_string(i) + ".ts"), i % 4 == 0 ? 1U : 0U) << i;
    }
}

TEST_F(StreamCheck, RejectedHostsGoWhereAChannelHasAnother) {
    ScriptedProvider front;
    front.on("/a.ts", fronted());
    front.on("/only.ts", fronted());
    provider_.on(
        "/list.m3u", behave::content("#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",A\n" + front.url("/a.ts") +
                                     "\n" + alive("/a.ts") + "\n#EXTINF:-1 tvg-id=\"o\",Only\n" +
                                     front.url("/only.ts") + "\n#EXTINF:-1 tvg-id=\"c\",C\n" +
                                     alive("/c.ts") + "\n"));
    ASSERT_EQ(index({{"FETCH_CF_REJECT", "1"}, {"FETCH_STREAM_SAMPLE_SIZE", "5"}}), 0) << log();
    EXPECT_THAT(names(), ElementsAre("A", "C"));
    const auto urls = channels()[0].at("stream_urls");
    ASSERT_THAT(urls, SizeIs(1));
    EXPECT_EQ(urls[0].get<std::string>(), provider_.url("/a.ts"));
}

TEST_F(StreamCheck, WhenNothingWouldBeLeftTheRefreshFailsAndTheLastGoodStays) {
    list({{"a", alive("/1.ts")}});
    ASSERT_EQ(index({}), 0) << log();
    list({{"a", with("/1.ts", fronted())}, {"b", with("/2.ts", fronted())}});
    EXPECT_EQ(index({{"FETCH_CF_REJECT", "1"}, {"FETCH_STREAM_SAMPLE_SIZE", "5"}}), 1);
    EXPECT_THAT(log(), HasSubstr("every stream comes through Cloudflare"));
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(StreamCheck, AViewerTakesTheConnectionOfATest) {
    list({{"one", alive("/live/joe/hunter2/1.ts")},
        {"slow", with("/live/joe/hunter2/2.ts", behave::silent())}});
    const std::map<std::string, std::string> account = {{"M3U_URL", provider_.url("/list.m3u")},
        {"LIVE_ONLY", "1"}, {"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "joe"},
        {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", "1"}, {"PROVIDER_RATE", "1000"}};
    tuner_.start({.settings = account});
    ASSERT_TRUE(tuner_.wait_until_ready()) << log();
    ASSERT_EQ(tuner_.stop(), 0);
    auto testing = account;
    testing["SMOKETEST_ENABLED"] = "1";
    testing["SMOKETEST_TIMEOUT"] = "1h"; // nothing but the viewer ends the test
    tuner_.start({.settings = testing});
    ASSERT_TRUE(provider_.wait_for_requests("/live/joe/hunter2/2.ts", 1)) << log();
    StreamClient viewer(tuner_.port(), "/auto/v1");
    EXPECT_TRUE(viewer.read(10'000));
    ASSERT_TRUE(tuner_.process().wait_for_line({"streams tested"})) << log();
    EXPECT_THAT(tuner_.get("/lineup.json").body, HasSubstr("slow"));
}

} // namespace
} // namespace plex_tuner::testing
