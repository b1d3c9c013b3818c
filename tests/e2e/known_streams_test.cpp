// SPDX-License-Identifier: GPL-3.0-or-later
// What the lineup says of the streams once somebody has watched them, and favourites.
#include "playlists.hpp"
#include "support/live_hls.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kPace = 600'000;

class KnownStreams : public ::testing::Test {
protected:
    void start(const std::vector<std::pair<std::string, std::string>>& channels) {
        provider_.on("/list.m3u", behave::content(playlist_of(channels)));
        restart();
    }

    void restart(std::map<std::string, std::string> settings = {}) {
        settings.emplace("M3U_URL", provider_.url("/list.m3u"));
        settings.emplace("MAX_SHRINK", "100");
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    [[nodiscard]] nlohmann::json lineup(const std::string& query = {}) const {
        return nlohmann::json::parse(tuner_.get("/lineup.json" + query).body);
    }

    [[nodiscard]] std::vector<std::string> names(const std::string& query = {}) const {
        std::vector<std::string> out;
        for (const auto& entry : lineup(query)) {
            out.push_back(entry.at("GuideName"));
        }
        return out;
    }

    [[nodiscard]] HttpReply post(const std::string& query) const {
        return http(tuner_.port(), "POST", "/lineup.post?" + query);
    }

    /// Reads from the viewers' streams until /api/streams knows what all of them are.
    [[nodiscard]] nlohmann::json watch(const std::vector<StreamClient*>& viewers) const {
        for (int round = 0; round < 200; ++round) {
            for (StreamClient* viewer : viewers) {
                EXPECT_TRUE(viewer->read(20'000));
            }
            auto streams = nlohmann::json::parse(tuner_.get("/api/streams").body);
            if (streams.size() == viewers.size() &&
                std::ranges::all_of(
                    streams, [](const auto& stream) { return stream.contains("audio"); })) {
                return streams;
            }
        }
        return nullptr;
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(KnownStreams, WhatWasWatchedIsInTheLineupAlsoAfterARestart) {
    provider_.on("/1.ts", behave::endless(mpeg2_clip(), kPace));
    provider_.on("/2.ts", behave::endless(relay_clip(), 3 * kPace));
    start({{"one HD", provider_.url("/1.ts")}, {"two", provider_.url("/2.ts")},
        {"three HD", provider_.url("/3.ts")}});
    const HttpReply before = tuner_.get("/lineup.json");
    EXPECT_THAT(before.body, Not(HasSubstr("Codec")));
    EXPECT_EQ(lineup()[0].at("HD"), 1) << "the name says so, and nobody has seen it";
    {
        StreamClient first(tuner_.port(), "/auto/v1");
        StreamClient second(tuner_.port(), "/auto/v2");
        const auto streams = watch({&first, &second});
        ASSERT_EQ(streams.size(), 2U) << tuner_.process().stderr_text();
        EXPECT_EQ(streams[0].at("number"), "1");
        EXPECT_EQ(streams[0].at("name"), "one HD");
        EXPECT_EQ(streams[0].at("viewers"), 1);
        EXPECT_EQ(streams[0].at("video"),
            nlohmann::json::parse(R"({"codec":"mpeg2video","width":640,"height":360,
                                      "frame_rate":25.0,"interlaced":false,"profile":"Main"})"));
        EXPECT_EQ(streams[0].at("audio").at(0).at("codec"), "ac3");
        EXPECT_EQ(streams[0].at("audio").at(0).at("channels"), 2);
        EXPECT_EQ(streams[1].at("video").at("height"), 720);
        EXPECT_THAT(tuner_.get("/").body, HasSubstr("h264 1280x720, 25 fps; aac"));
    }
    for (int start = 0; start < 2; ++start) {
        const HttpReply known = tuner_.get("/lineup.json");
        EXPECT_NE(known.header("etag"), before.header("etag"));
        const auto entries = nlohmann::json::parse(known.body);
        EXPECT_EQ(entries[0].at("VideoCodec"), "MPEG2");
        EXPECT_EQ(entries[0].at("AudioCodec"), "AC3");
        EXPECT_FALSE(entries[0].contains("HD")) << "it has 360 lines, whatever its name says";
        EXPECT_EQ(entries[1].at("VideoCodec"), "H264");
        EXPECT_EQ(entries[1].at("AudioCodec"), "AAC");
        EXPECT_EQ(entries[1].at("HD"), 1);
        EXPECT_FALSE(entries[2].contains("VideoCodec"));
        EXPECT_EQ(entries[2].at("HD"), 1);
        EXPECT_THAT(tuner_.get("/lineup.xml").body,
            HasSubstr("<VideoCodec>MPEG2</VideoCodec><AudioCodec>AC3</AudioCodec>"));
        EXPECT_EQ(
            tuner_.get("/lineup.json", {"If-None-Match: " + known.header("etag")}).status, 304);
        ASSERT_EQ(tuner_.stop(), 0);
        restart();
    }
}

TEST_F(KnownStreams, HlsChannelsAreLearnedToo) {
    const LiveHls hls(
        provider_, "/live", hls_segments(), {.segment_time = std::chrono::milliseconds(400)});
    start({{"one", hls.entry_url()}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(watch({&viewer}).size(), 1U) << tuner_.process().stderr_text();
    EXPECT_EQ(lineup()[0].at("VideoCodec"), "H264");
    EXPECT_EQ(lineup()[0].at("AudioCodec"), "AAC");
}

TEST_F(KnownStreams, FavouritesFollowTheirChannelOverRestartsAndRenumbering) {
    start({{"one", provider_.url("/1.ts")}, {"two", provider_.url("/2.ts")}});
    const std::string before = tuner_.get("/lineup.json").header("etag");
    EXPECT_EQ(post("favorite=%2B2").status, 200);
    EXPECT_NE(tuner_.get("/lineup.json").header("etag"), before);
    EXPECT_THAT(names("?show=favorites"), ElementsAre("two"));
    EXPECT_EQ(lineup()[1].at("Favorite"), 1);
    EXPECT_EQ(lineup()[1].at("Tags"), "favorite");
    EXPECT_FALSE(lineup()[0].contains("Favorite"));
    EXPECT_THAT(tuner_.get("/lineup.xml?show=favorites").body,
        HasSubstr("<Favorite>1</Favorite><Tags>favorite</Tags>"));
    ASSERT_EQ(tuner_.stop(), 0);
    restart();
    EXPECT_THAT(names("?show=favorites"), ElementsAre("two"));
    // A refresh that puts another channel before it.
    provider_.on(
        "/list.m3u", behave::content(playlist_of({{"new", provider_.url("/3.ts")},
                         {"two", provider_.url("/2.ts")}, {"one", provider_.url("/1.ts")}})));
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_lineup_channels", 3));
    EXPECT_THAT(names("?show=favorites"), ElementsAre("two"));
    // Other numbers for all.
    ASSERT_EQ(tuner_.stop(), 0);
    std::filesystem::remove(tuner_.file("state.db"));
    restart({{"GUIDE_NUMBER_OFFSET", "100"}});
    EXPECT_THAT(names("?show=favorites"), ElementsAre("two"));
    const std::string number = lineup("?show=favorites")[0].at("GuideNumber");
    EXPECT_EQ(number, "102");
    EXPECT_EQ(post("favorite=-" + number).status, 200);
    EXPECT_THAT(names("?show=favorites"), ElementsAre());
    // A plus that was not escaped, as most clients send it.
    EXPECT_EQ(post("favorite=+" + number).status, 200);
    EXPECT_THAT(names("?show=favorites"), ElementsAre("two"));
}

TEST_F(KnownStreams, AHiddenChannelLeavesTheLineupButNotTheGuide) {
    start({{"one", provider_.url("/1.ts")}, {"two", provider_.url("/2.ts")}});
    EXPECT_EQ(post("favorite=x1").status, 200);
    EXPECT_THAT(names(), ElementsAre("two"));
    EXPECT_THAT(names("?show=found"), ElementsAre("one", "two"));
    EXPECT_EQ(lineup("?show=all")[0].at("Enabled"), 0);
    EXPECT_EQ(lineup("?show=all")[1].at("Enabled"), 1);
    EXPECT_THAT(tuner_.get("/lineup.m3u").body, Not(HasSubstr("/auto/v1\n")));
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr(">one<"));
    EXPECT_EQ(http(tuner_.port(), "HEAD", "/auto/v1").status, 200);
    EXPECT_EQ(post("favorite=-1").status, 200);
    EXPECT_THAT(names(), ElementsAre("one", "two"));
}

TEST_F(KnownStreams, FavouritesOfNobodyAreRefused) {
    start({{"one", provider_.url("/1.ts")}});
    const HttpReply unknown = post("favorite=%2B99");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_THAT(unknown.header("x-hdhomerun-error"), StartsWith("801"));
    for (const char* query : {"favorite=", "favorite=1", "favorite=y1"}) {
        EXPECT_EQ(post(query).status, 400) << query;
    }
    EXPECT_EQ(post("scan=start&source=Antenna").status, 200);
    EXPECT_EQ(tuner_.get("/api/streams").body, "[]\n");
}

} // namespace
} // namespace plex_tuner::testing
