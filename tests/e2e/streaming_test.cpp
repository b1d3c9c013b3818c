// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway with real media, real sockets and a provider that misbehaves.
#include "playlists.hpp"
#include "support/live_hls.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/second_demuxer.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kPace = 600'000; // about three times real time of the clips

class Streaming : public ::testing::Test {
protected:
    void start(const std::vector<std::pair<std::string, std::string>>& channels,
        std::map<std::string, std::string> settings = {}) {
        provider_.on("/list.m3u", behave::content(playlist_of(channels)));
        settings.emplace("M3U_URL", provider_.url("/list.m3u"));
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    /// ffmpeg decodes the first `seconds` of `bytes` without a word. (All of it would end in the
    /// middle of a picture, where the test stopped reading.)
    static void expect_decodes(const std::string& bytes, int seconds) {
        const TemporaryDirectory scratch;
        const std::string file = (scratch.path() / "seen.ts").string();
        std::ofstream(file, std::ios::binary) << bytes;
        const auto result = run_command({"ffmpeg", "-v", "error", "-nostdin", "-t",
            std::to_string(seconds), "-i", file, "-f", "null", "-"});
        EXPECT_EQ(result.exit_code, 0);
        EXPECT_EQ(result.errors, "");
    }

    static void expect_clean_start(const std::string& bytes) {
        const TsFacts facts = inspect_ts(bytes);
        ASSERT_TRUE(facts.aligned);
        ASSERT_GE(facts.first_pids.size(), 3u);
        EXPECT_EQ(facts.first_pids[0], 0);
        EXPECT_EQ(facts.first_pids[1], facts.pmt_pid);
        EXPECT_TRUE(facts.begins_with_key_frame);
        EXPECT_EQ(facts.continuity_errors, 0u);
        EXPECT_EQ(complaints_of_tsreport(bytes), "");
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(Streaming, ContinuousTsArrivesClean) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/1.ts")}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    EXPECT_EQ(viewer.reply().status, 200);
    EXPECT_EQ(viewer.reply().header("content-type"), "video/mp2t");
    EXPECT_EQ(viewer.reply().header("content-length"), "");
    EXPECT_THAT(viewer.reply().header("x-hdhomerun-resource"), StartsWith("tuner"));
    ASSERT_TRUE(viewer.read(1'500'000));
    expect_clean_start(viewer.body());
    expect_decodes(viewer.body(), 3);
}

TEST_F(Streaming, AListedPictureIsLeftForTheNextSource) {
    provider_.on("/slate.ts", behave::endless(mpeg2_clip(), 4 * kPace));
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/slate.ts") + "\n" + provider_.url("/1.ts")}});
    std::string hash;
    {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        ASSERT_EQ(viewer.reply().status, 200);
        const auto line = tuner_.process().wait_for_line({"first picture", "hash="});
        ASSERT_TRUE(line) << tuner_.process().stderr_text();
        hash = line->substr(line->find("hash=") + 5, 16);
    }
    ASSERT_EQ(tuner_.stop(), 0);
    start(
        {{"one", provider_.url("/slate.ts") + "\n" + provider_.url("/1.ts")}}, {{"SLATES", hash}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    EXPECT_TRUE(tuner_.process().wait_for_line({"reason=slate", "next_source=2"}))
        << tuner_.process().stderr_text();
    EXPECT_TRUE(provider_.wait_for_requests("/1.ts", 1));
}

TEST_F(Streaming, AStreamThatBeginsInTheMiddleOfAPictureStartsAtAKeyFrame) {
    provider_.on("/1.ts", behave::endless(h264_clip().substr(188 * 333 + 77), kPace));
    start({{"one", provider_.url("/1.ts")}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(600'000));
    expect_clean_start(viewer.body());
}

TEST_F(Streaming, TenViewersShareOneUpstream) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/1.ts")}}, {{"TUNER_COUNT", "1"}});
    std::vector<std::unique_ptr<StreamClient>> viewers;
    for (int i = 0; i < 10; ++i) {
        viewers.push_back(std::make_unique<StreamClient>(
            tuner_.port(), i % 2 == 0 ? "/auto/v1" : "/stream/one.example"));
        ASSERT_EQ(viewers.back()->reply().status, 200);
    }
    for (const auto& viewer : viewers) {
        ASSERT_TRUE(viewer->read(800'000));
    }
    EXPECT_EQ(provider_.count("/1.ts"), 1u);
    EXPECT_EQ(tuner_.metric("plex_tuner_viewers"), 10);
    EXPECT_EQ(tuner_.metric("plex_tuner_upstreams"), 1);
    for (const auto& viewer : viewers) {
        expect_clean_start(viewer->body());
    }
    expect_decodes(viewers.back()->body(), 2);
}

TEST_F(Streaming, AViewerWhoStopsReadingDisturbsNobody) {
    // Longer than this takes: where the clip repeats, its own counters jump.
    provider_.on("/1.ts", behave::endless(h264_clip(90), 2 * kPace));
    start({{"one", provider_.url("/1.ts")}}, {{"WRITE_DEADLINE", "2s"}});
    const StreamClient stuck(tuner_.port(), "/auto/v1", 4096);
    StreamClient reading(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_viewers", 2));
    // The stuck one is dropped by its write deadline while the other goes on reading.
    while (tuner_.metric("plex_tuner_viewers") > 1) {
        ASSERT_TRUE(reading.read(100'000));
    }
    ASSERT_TRUE(reading.read(100'000));
    expect_clean_start(reading.body());
    EXPECT_EQ(provider_.count("/1.ts"), 1u);
    EXPECT_GE(tuner_.metric("plex_tuner_viewers_dropped_total"), 1);
}

TEST_F(Streaming, HlsFromAMasterPlaylistComesInOrder) {
    LiveHls hls(
        provider_, "/live", hls_segments(), {.segment_time = std::chrono::milliseconds(400)});
    start({{"one", hls.entry_url()}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(1'500'000)) << tuner_.process().stderr_text();
    expect_clean_start(viewer.body());
    expect_decodes(viewer.body(), 3);
    EXPECT_EQ(provider_.count("/live/lo/list.m3u8"), 0u);
    EXPECT_EQ(provider_.count("/live/audio/list.m3u8"), 0u);
    EXPECT_GE(hls.segment_requests(), 5u);
}

TEST_F(Streaming, HlsFollowsARedirectForRelativeUrls) {
    LiveHls hls(provider_, "/live", hls_segments(),
        {.segment_time = std::chrono::milliseconds(400), .with_master = false});
    provider_.on("/entry", behave::redirect(provider_.url("/live/hi/list.m3u8")));
    start({{"one", provider_.url("/entry")}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(600'000));
    expect_clean_start(viewer.body());
}

TEST_F(Streaming, HlsGoesOnAfterAMissingSegmentAndASequenceReset) {
    LiveHls hls(provider_, "/live", hls_segments(),
        {.segment_time = std::chrono::milliseconds(400), .gone_segment = 7, .reset_after = 16});
    start({{"one", hls.entry_url()}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    ASSERT_TRUE(provider_.wait_for_requests("/live/hi/7.ts", 1));
    // Round the reset: a segment behind the gone one is asked for twice.
    ASSERT_TRUE(provider_.wait_for_requests("/live/hi/9.ts", 1));
    ASSERT_TRUE(viewer.read(1'500'000)) << tuner_.process().stderr_text();
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_TRUE(facts.aligned);
    EXPECT_EQ(facts.continuity_errors, 0u);
    EXPECT_EQ(facts.discontinuities, 0u);
    EXPECT_EQ(complaints_of_tsreport(viewer.body()), "");
    EXPECT_GE(tuner_.metric("plex_tuner_ts_splices_total"), 1);
    expect_decodes(viewer.body(), 3);
}

TEST_F(Streaming, AllTunersInUseIs503With805AndFreeAgainAtOnce) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    provider_.on("/2.ts", behave::endless(h264_clip(), kPace));
    start(
        {{"one", provider_.url("/1.ts")}, {"two", provider_.url("/2.ts")}}, {{"TUNER_COUNT", "1"}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000));
    const HttpReply refused = tuner_.get("/auto/v2");
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.header("x-hdhomerun-error"), StartsWith("805"));
    viewer.close();
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_viewers", 0));
    StreamClient second(tuner_.port(), "/auto/v2");
    EXPECT_EQ(second.reply().status, 200);
}

TEST_F(Streaming, OpenCloseOpenReusesTheUpstream) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/1.ts")}}, {{"TUNER_COUNT", "1"}});
    for (int i = 0; i < 5; ++i) {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        ASSERT_EQ(viewer.reply().status, 200);
        ASSERT_TRUE(viewer.read(10'000));
    }
    EXPECT_EQ(provider_.count("/1.ts"), 1u);
}

TEST_F(Streaming, TheUpstreamClosesAfterTheLastViewerAndTheLinger) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/1.ts")}}, {{"LINGER", "200ms"}});
    {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        ASSERT_TRUE(viewer.read(10'000));
    }
    EXPECT_TRUE(provider_.wait_until_idle("/1.ts"));
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_upstreams", 0));
}

TEST_F(Streaming, BadAnswersAreNeverPassedOnAsVideo) {
    provider_.on(
        "/html", behave::content("<html><body>You are blocked</body></html>", "video/mp2t"));
    provider_.on("/json", behave::content("{\"error\":\"limit\"}", "application/json"));
    provider_.on("/empty", behave::content("", "video/mp2t"));
    provider_.on("/noise", behave::endless(std::string(100'000, 'x'), kPace));
    provider_.on("/busy", behave::status(458));
    start({{"html", provider_.url("/html")}, {"json", provider_.url("/json")},
              {"empty", provider_.url("/empty")}, {"noise", provider_.url("/noise")},
              {"busy", provider_.url("/busy")}},
        {{"START_TIMEOUT", "5s"}});
    for (const char* number : {"1", "2", "3", "4", "5"}) {
        const HttpReply reply = tuner_.get(std::string("/auto/v") + number);
        EXPECT_EQ(reply.status, 503) << number;
        EXPECT_THAT(reply.header("x-hdhomerun-error"),
            ::testing::AnyOf(StartsWith("806"), StartsWith("807")))
            << number;
        EXPECT_THAT(reply.header("content-type"), StartsWith("text/plain")) << number;
    }
    EXPECT_EQ(tuner_.metric("plex_tuner_tuners_in_use"), 0);
}

TEST_F(Streaming, SilentAndNullOnlyUpstreamsTimeOut) {
    std::string null_packets;
    for (int i = 0; i < 1000; ++i) {
        null_packets += std::string("\x47\x1F\xFF\x10", 4) + std::string(184, '\xFF');
    }
    provider_.on("/silent", behave::silent());
    provider_.on("/null", behave::endless(null_packets, kPace));
    start({{"silent", provider_.url("/silent")}, {"null", provider_.url("/null")}},
        {{"START_TIMEOUT", "2s"}});
    EXPECT_THAT(tuner_.get("/auto/v1").header("x-hdhomerun-error"),
        ::testing::AnyOf(StartsWith("806"), StartsWith("807")));
    EXPECT_THAT(tuner_.get("/auto/v2").header("x-hdhomerun-error"), StartsWith("807"));
    EXPECT_TRUE(provider_.wait_until_idle("/silent"));
}

TEST_F(Streaming, ABackupAddressIsUsedWhenTheFirstFails) {
    provider_.on("/dead.ts", behave::status(404));
    provider_.on("/good.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/dead.ts") + "\n" + provider_.url("/good.ts")}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    EXPECT_EQ(viewer.reply().status, 200);
    ASSERT_TRUE(viewer.read(200'000));
    expect_clean_start(viewer.body());
    EXPECT_EQ(provider_.count("/dead.ts"), 1u);
}

TEST_F(Streaming, ACutUpstreamIsReconnectedAndNobodySeesIt) {
    provider_.on("/1.ts",
        behave::sequence({behave::stream_once(h264_clip().substr(0, 188 * 2000), 2 * kPace),
            behave::endless(h264_clip(), kPace)}));
    start({{"one", provider_.url("/1.ts")}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(1'200'000)) << tuner_.process().stderr_text();
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_TRUE(facts.aligned);
    EXPECT_EQ(facts.continuity_errors, 0u);
    EXPECT_EQ(facts.discontinuities, 0u);
    EXPECT_EQ(complaints_of_tsreport(viewer.body()), "");
    expect_decodes(viewer.body(), 3);
    EXPECT_EQ(provider_.count("/1.ts"), 2u);
}

TEST_F(Streaming, HeadersOfThePlaylistGoWithTheRequest) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    provider_.on("/list.m3u",
        behave::content(
            "#EXTM3U\n#EXTINF:-1 tvg-chno=\"1\",one\n#EXTVLCOPT:http-user-agent=Box/1.0\n" +
            provider_.url("/1.ts") + "|Referer=http%3A%2F%2Fref.example%2F\n"));
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}}});
    ASSERT_TRUE(tuner_.wait_until_ready());
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000));
    const ProviderRequest request = provider_.requests("/1.ts").at(0);
    EXPECT_EQ(request.header("user-agent"), "Box/1.0");
    EXPECT_EQ(request.header("referer"), "http://ref.example/");
    EXPECT_EQ(request.target, "/1.ts");
    EXPECT_THAT(provider_.requests("/list.m3u")[0].header("user-agent"), StartsWith("PlexTuner/"));
}

TEST_F(Streaming, DurationEndsTheStream) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/1.ts")}});
    StreamClient viewer(tuner_.port(), "/auto/v1?duration=1");
    EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(20)));
    EXPECT_EQ(inspect_ts(viewer.body()).continuity_errors, 0u);
}

TEST_F(Streaming, AForcedTunerIsHonoured) {
    provider_.on("/1.ts", behave::endless(h264_clip(), kPace));
    provider_.on("/2.ts", behave::endless(h264_clip(), kPace));
    start({{"one", provider_.url("/1.ts")}, {"two", provider_.url("/2.ts")}});
    StreamClient viewer(tuner_.port(), "/tuner1/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    EXPECT_EQ(viewer.reply().header("x-hdhomerun-resource"), "tuner1");
    const HttpReply busy = tuner_.get("/tuner1/v2");
    EXPECT_EQ(busy.status, 503);
    EXPECT_THAT(busy.header("x-hdhomerun-error"), StartsWith("804"));
}

TEST_F(Streaming, FfprobeAgrees) {
    LiveHls hls(
        provider_, "/live", hls_segments(), {.segment_time = std::chrono::milliseconds(500)});
    start({{"one", hls.entry_url()}});
    const auto result = run_command({"ffprobe", "-v", "error", "-headers", "Range: bytes=0-\r\n",
        "-show_entries", "stream=codec_name", "-of", "csv=p=0", tuner_.url("/auto/v1")});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("h264"));
    EXPECT_THAT(result.output, HasSubstr("aac"));
}

} // namespace
} // namespace plex_tuner::testing
