// SPDX-License-Identifier: GPL-3.0-or-later
// The HDHomeRun HTTP API as clients use it.
#include "playlists.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class TunerApi : public ::testing::Test {
protected:
    void SetUp() override {
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")},
                                                                  {"two", provider_.url("/2.ts")}},
                                      provider_.url("/guide.xml"))));
        provider_.on("/guide.xml", behave::content(guide_of({"one", "two"})));
        tuner_.start(
            {.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"DEVICE_ID", "10439efd"},
                 {"FRIENDLY_NAME", "Attic"}, {"TUNER_COUNT", "3"}, {"MAX_SHRINK", "100"}}});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(TunerApi, DiscoverNamesTheDeviceAndTheUrlTheClientUsed) {
    const HttpReply reply = tuner_.get("/discover.json", {"Host: tv.example:8080"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.header("content-type"), StartsWith("application/json"));
    const auto json = nlohmann::json::parse(reply.body);
    EXPECT_EQ(json.at("DeviceID"), "10439EFD");
    EXPECT_EQ(json.at("FriendlyName"), "Attic");
    EXPECT_EQ(json.at("TunerCount"), 3);
    EXPECT_EQ(json.at("BaseURL"), "http://tv.example:8080");
    EXPECT_EQ(json.at("LineupURL"), "http://tv.example:8080/lineup.json");
}

TEST_F(TunerApi, EveryDocumentIsThere) {
    for (const char* path : {"/discover.json", "/lineup.json", "/lineup.xml", "/lineup.m3u",
             "/live.m3u", "/lineup_status.json", "/status.json", "/tuner0/status.json",
             "/tuners.html", "/device.xml", "/guide.xml", "/healthz", "/readyz", "/metrics", "/"}) {
        const HttpReply get = tuner_.get(path);
        EXPECT_EQ(get.status, 200) << path;
        EXPECT_FALSE(get.body.empty()) << path;
        const HttpReply head = http(tuner_.port(), "HEAD", path);
        EXPECT_EQ(head.status, 200) << path;
        EXPECT_EQ(head.body, "") << path;
        EXPECT_NE(head.header("content-length"), "") << path;
    }
}

TEST_F(TunerApi, WrongMethodsGet405AndUnknownPaths404) {
    const HttpReply reply = http(tuner_.port(), "DELETE", "/lineup.json");
    EXPECT_EQ(reply.status, 405);
    EXPECT_THAT(reply.header("allow"), HasSubstr("GET"));
    EXPECT_EQ(http(tuner_.port(), "GET", "/lineup.post").status, 405);
    EXPECT_EQ(tuner_.get("/nothing/here").status, 404);
}

TEST_F(TunerApi, AScanIsTakenAndOverAtOnce) {
    EXPECT_EQ(http(tuner_.port(), "POST", "/lineup.post?scan=start&source=Antenna").status, 200);
    const auto status = nlohmann::json::parse(tuner_.get("/lineup_status.json").body);
    EXPECT_EQ(status.at("ScanInProgress"), 0);
}

TEST_F(TunerApi, ANumberThatIsGoneIsNeverAnId) {
    provider_.on(
        "/list.m3u", behave::content("#EXTM3U\n#EXTINF:-1 tvg-id=\"7\" tvg-chno=\"3\",seven\n" +
                                     provider_.url("/7.ts") + "\n"));
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_lineup_channels", 1));
    EXPECT_EQ(tuner_.get("/auto/v7").status, 404);
    EXPECT_EQ(http(tuner_.port(), "HEAD", "/auto/v3").status, 200);
    EXPECT_EQ(http(tuner_.port(), "HEAD", "/stream/7").status, 200);
}

TEST_F(TunerApi, UnknownChannelIs404With801) {
    for (const char* path : {"/auto/v99", "/tuner0/v99", "/stream/nobody"}) {
        const HttpReply reply = tuner_.get(path);
        EXPECT_EQ(reply.status, 404) << path;
        EXPECT_THAT(reply.header("x-hdhomerun-error"), StartsWith("801")) << path;
    }
}

TEST_F(TunerApi, AnUpstreamThatIsNotThereIs503With807) {
    const HttpReply reply = tuner_.get("/auto/v1");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(
        reply.header("x-hdhomerun-error"), ::testing::AnyOf(StartsWith("806"), StartsWith("807")));
}

TEST_F(TunerApi, HeadOfAStreamOpensNoUpstream) {
    EXPECT_EQ(http(tuner_.port(), "HEAD", "/auto/v1").status, 200);
    EXPECT_EQ(provider_.count("/1.ts"), 0u);
}

TEST_F(TunerApi, SurvivesARequestLineOf120KiB) {
    const HttpReply reply =
        tuner_.get("/lineup.json?channelsEnabled=" + std::string(120 * 1024, '1'));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(tuner_.get("/lineup.json?x=" + std::string(200 * 1024, '1')).status, 414);
    EXPECT_EQ(tuner_.get("/lineup.json").status, 200);
}

TEST_F(TunerApi, LineupGuideAndPlaylistHoldTheSameChannels) {
    const auto lineup = nlohmann::json::parse(tuner_.get("/lineup.json").body);
    const std::string guide = tuner_.get("/guide.xml").body;
    const std::string m3u = tuner_.get("/live.m3u").body;
    ASSERT_EQ(lineup.size(), 2u);
    for (const auto& channel : lineup) {
        const std::string number = channel.at("GuideNumber");
        const std::size_t at = m3u.find("tvg-chno=\"" + number + "\"");
        ASSERT_NE(at, std::string::npos);
        const std::size_t id_at = m3u.rfind("tvg-id=\"", at) + 8;
        const std::string id = m3u.substr(id_at, m3u.find('"', id_at) - id_at);
        EXPECT_THAT(guide, HasSubstr("<channel id=\"" + id + "\""));
        EXPECT_THAT(guide, HasSubstr("<display-name>" + number + "</display-name>"));
    }
}

TEST_F(TunerApi, HealthTellsTheNumberOfChannels) {
    const auto health = nlohmann::json::parse(tuner_.get("/healthz").body);
    EXPECT_EQ(health.at("status"), "ok");
    EXPECT_EQ(health.at("channels"), 2);
}

TEST_F(TunerApi, MetricsAreInPrometheusForm) {
    const HttpReply reply = tuner_.get("/metrics");
    EXPECT_THAT(reply.header("content-type"), HasSubstr("version=0.0.4"));
    EXPECT_EQ(tuner_.metric("plex_tuner_lineup_channels"), 2);
    EXPECT_EQ(tuner_.metric("plex_tuner_tuners"), 3);
    EXPECT_THAT(reply.body, HasSubstr("# TYPE plex_tuner_viewers gauge\n"));
}

} // namespace
} // namespace plex_tuner::testing
