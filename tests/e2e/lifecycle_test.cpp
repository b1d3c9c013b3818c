// SPDX-License-Identifier: GPL-3.0-or-later
// Start, stop, kill, restart.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

std::string large_playlist(const ScriptedProvider& provider, const std::string& mark) {
    std::vector<std::pair<std::string, std::string>> channels;
    for (int i = 0; i < 2000; ++i) {
        channels.emplace_back(
            mark + std::to_string(i), provider.url("/" + std::to_string(i) + ".ts"));
    }
    return playlist_of(channels);
}

TEST(Lifecycle, SigtermStopsInOrderWithViewersOn) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    provider.on("/1.ts", behave::endless(h264_clip(), 600'000));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.wait_until_ready());
    StreamClient viewer(tuner.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000));
    EXPECT_EQ(tuner.stop(std::chrono::seconds(5)), 0) << tuner.process().stderr_text();
    EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(5)));
    EXPECT_THAT(tuner.process().stderr_text(), HasSubstr("stopped"));
}

TEST(Lifecycle, SigintStopsDuringADownload) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::stall("#EXTM3U\n", 4));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(provider.wait_for_requests("/list.m3u", 1));
    tuner.process().signal(SIGINT);
    EXPECT_EQ(tuner.process().wait(std::chrono::seconds(5)), 0) << tuner.process().stderr_text();
}

TEST(Lifecycle, SighupRefreshes) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.wait_until_ready());
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")},
                                 {"two", provider.url("/2.ts")}})));
    tuner.process().signal(SIGHUP);
    ASSERT_TRUE(tuner.wait_for_metric("plex_tuner_lineup_channels", 2));
    EXPECT_EQ(tuner.get("/guide.xml").status, 200);
}

TEST(Lifecycle, CachedCatalogServesWhileTheProviderIsSilent) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    Tuner tuner;
    const TunerOptions options{.settings = {{"M3U_URL", provider.url("/list.m3u")}}};
    tuner.start(options);
    ASSERT_TRUE(tuner.wait_until_ready());
    ASSERT_EQ(tuner.stop(), 0) << tuner.process().stderr_text();
    provider.on("/list.m3u", behave::silent());
    tuner.start(options);
    EXPECT_EQ(nlohmann::json::parse(tuner.get("/lineup.json").body).size(), 1u);
    EXPECT_EQ(tuner.get("/guide.xml").status, 200);
    EXPECT_EQ(tuner.get("/readyz").status, 200);
}

TEST(Lifecycle, ServeWithOnlyACatalogServesThat) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.wait_until_ready());
    ASSERT_EQ(tuner.stop(), 0) << tuner.process().stderr_text();
    const std::size_t asked = provider.count("/list.m3u");
    tuner.start({.subcommand = "serve", .flags = {"-catalog", "catalog.json"}});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    EXPECT_EQ(nlohmann::json::parse(tuner.get("/lineup.json").body).at(0).at("GuideName"), "one");
    EXPECT_EQ(provider.count("/list.m3u"), asked);
}

TEST(Lifecycle, SighupReadsACatalogThatSomebodyElseWrites) {
    Tuner tuner;
    const auto write_catalog = [&](const std::string& channels) {
        std::ofstream(tuner.file("next.json")) << R"({"live_channels":[)" + channels + "]}";
        std::filesystem::rename(tuner.file("next.json"), tuner.file("catalog.json"));
    };
    const std::string one =
        R"({"channel_id":"a","guide_name":"one","stream_urls":["http://127.0.0.1:9/1.ts"]})";
    const std::string two =
        R"({"channel_id":"b","guide_name":"two","stream_urls":["http://127.0.0.1:9/2.ts"]})";
    write_catalog(one);
    tuner.start({.subcommand = "serve", .flags = {"-catalog", "catalog.json"}});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    write_catalog(one + "," + two);
    tuner.process().signal(SIGHUP);
    EXPECT_TRUE(tuner.wait_for_metric("plex_tuner_lineup_channels", 2));
    const std::size_t line = tuner.process().lines();
    std::ofstream(tuner.file("catalog.json")) << "{";
    tuner.process().signal(SIGHUP);
    EXPECT_TRUE(tuner.process().wait_for_line(
        {"error", "catalog.json", "last good"}, std::chrono::seconds(30), line));
    EXPECT_EQ(tuner.metric("plex_tuner_lineup_channels"), 2);
    write_catalog(two);
    tuner.process().signal(SIGHUP);
    EXPECT_TRUE(tuner.wait_for_metric("plex_tuner_lineup_channels", 1));
}

TEST(Lifecycle, KilledWhileWritingNeverLosesTheCatalog) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::content(large_playlist(provider, "first")));
    Tuner tuner;
    const TunerOptions options{.settings = {{"M3U_URL", provider.url("/list.m3u")},
                                   {"LINEUP_MAX_CHANNELS", "-1"}, {"MAX_SHRINK", "100"}}};
    tuner.start(options);
    ASSERT_TRUE(tuner.wait_for_metric("plex_tuner_lineup_channels", 2000));
    for (int round = 0; round < 12; ++round) {
        provider.on("/list.m3u",
            behave::content(large_playlist(provider, "round" + std::to_string(round) + "-")));
        const std::size_t asked = provider.count("/list.m3u");
        tuner.process().signal(SIGHUP);
        ASSERT_TRUE(provider.wait_for_requests("/list.m3u", asked + 1));
        // A different moment of fetching, parsing and writing in each round.
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(3 * round);
        while (std::chrono::steady_clock::now() < until) {
        }
        tuner.kill();
        const auto catalog =
            nlohmann::json::parse(std::ifstream(tuner.file("catalog.json")), nullptr, false);
        ASSERT_FALSE(catalog.is_discarded()) << "round " << round;
        ASSERT_EQ(catalog.at("live_channels").size(), 2000u) << "round " << round;
        tuner.start(options);
        ASSERT_EQ(tuner.metric("plex_tuner_lineup_channels"), 2000) << "round " << round;
    }
    for (const auto& entry : std::filesystem::directory_iterator(tuner.directory())) {
        const std::string name = entry.path().filename().string();
        EXPECT_TRUE(name == "catalog.json" || name == "catalog.state" || name == "shared")
            << "left behind: " << name;
    }
}

TEST(Lifecycle, AHalfWrittenCatalogIsNamedAndNotReadAsEmpty) {
    Tuner tuner;
    std::ofstream(tuner.file("catalog.json")) << R"({"live_channels":[{"channel_id":"a","guide_na)";
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::status(503, {"Retry-After: 0"}));
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    EXPECT_TRUE(tuner.process().wait_for_line({"error", "catalog.json"}));
    EXPECT_EQ(tuner.stop(), 0);
    std::ifstream kept(tuner.file("catalog.json"));
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(kept), {}).substr(0, 17),
        R"({"live_channels":)");
}

TEST(Lifecycle, DeviceIdStaysTheSameOverRestarts) {
    Tuner tuner;
    tuner.start({});
    const std::string first =
        nlohmann::json::parse(tuner.get("/discover.json").body).at("DeviceID");
    ASSERT_EQ(tuner.stop(), 0) << tuner.process().stderr_text();
    tuner.start({});
    EXPECT_EQ(nlohmann::json::parse(tuner.get("/discover.json").body).at("DeviceID"), first);
}

TEST(Lifecycle, SigtermDuringTheFirstRefreshStopsCleanly) {
    // At once, and while the demo's playlist, guide and clips are being made.
    for (int i = 0; i < 10; ++i) {
        Tuner tuner;
        tuner.start({});
        for (int request = 0; request < i; ++request) {
            EXPECT_EQ(tuner.get("/discover.json").status, 200);
        }
        ASSERT_EQ(tuner.stop(), 0) << tuner.process().stderr_text();
    }
}

TEST(Lifecycle, APortThatIsTakenIsNamed) {
    Tuner tuner;
    tuner.start({});
    Tuner second;
    second.launch({.flags = {"-addr", "127.0.0.1:" + std::to_string(tuner.port())}});
    EXPECT_EQ(second.process().wait(), 1);
    EXPECT_THAT(second.process().stderr_text(), HasSubstr(std::to_string(tuner.port())));
    EXPECT_THAT(second.process().stderr_text(), HasSubstr("another program has this port"));
}

TEST(Lifecycle, AnUnusableStateDirectoryIsNamed) {
    Tuner tuner;
    std::ofstream(tuner.file("file")) << "not a directory";
    tuner.launch(
        {.settings = {{"STATE_DIR", tuner.file("file/below").string()}, {"ADDR", "127.0.0.1:0"}}});
    EXPECT_EQ(tuner.process().wait(), 1);
    EXPECT_THAT(tuner.process().stderr_text(), HasSubstr("PLEX_TUNER_STATE_DIR"));
}

} // namespace
} // namespace plex_tuner::testing
