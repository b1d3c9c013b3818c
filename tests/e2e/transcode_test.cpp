// SPDX-License-Identifier: GPL-3.0-or-later
// Channels that are transcoded, from the provider to what a viewer records: real media, the real
// worker in its sandbox, and whatever can happen to either.
#include "transcode_fixture.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(Transcode, TwoViewersOfAProfileShareOneWorkerAndOneConnection) {
    start({{"one", live("/one")}}, {{"TUNER_COUNT", "1"}});
    StreamClient first(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(first.reply().status, 200) << log();
    ASSERT_TRUE(first.read(300'000)) << log();
    StreamClient second(tuner_.port(), "/auto/v1?profile=safe");
    ASSERT_EQ(second.reply().status, 200) << log();
    ASSERT_TRUE(second.read(300'000)) << log();
    EXPECT_THAT(workers(), SizeIs(1));
    EXPECT_EQ(provider_.count("/one/live.ts"), 1U);
    EXPECT_EQ(tuner_.metric("plex_tuner_transcodes"), 1);
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_workers_total"), 1);
    EXPECT_EQ(tuner_.metric("plex_tuner_tuners_in_use"), 1);

    // Another profile is another worker, and still the same connection.
    StreamClient third(tuner_.port(), "/auto/v1?profile=videoonly");
    ASSERT_TRUE(third.read(100'000)) << log();
    StreamClient as_it_is(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(as_it_is.read(100'000)) << log();
    EXPECT_THAT(workers(), SizeIs(2));
    EXPECT_EQ(provider_.count("/one/live.ts"), 1U);
    expect_plays(first.body(), {"h264", "mp3"});
    expect_plays(second.body(), {"h264", "mp3"});
    expect_plays(third.body(), {"h264"});
    expect_decodes(as_it_is.body(), {"h264", "aac"});

    const auto streams = nlohmann::json::parse(tuner_.get("/api/streams").body);
    ASSERT_THAT(streams, SizeIs(1));
    const auto& transcodes = streams[0].at("transcodes");
    ASSERT_THAT(transcodes, SizeIs(2));
    EXPECT_EQ(transcodes[0].at("profile"), "plexsafe");
    EXPECT_EQ(transcodes[0].at("reason"), "query-profile");
    EXPECT_EQ(transcodes[0].at("viewers"), 2);
    EXPECT_EQ(transcodes[0].at("video").at("codec"), "h264");
    EXPECT_EQ(streams[0].at("viewers"), 4);
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("as plexsafe (query-profile)"));
}

TEST_F(Transcode, ItEndsBehindItsLastViewerAndTheChannelBehindIt) {
    start({{"one", live("/one")}}, {{"LINGER", "200ms"}});
    {
        StreamClient viewer(tuner_.port(), "/auto/v1?profile=low");
        ASSERT_TRUE(viewer.read(100'000)) << log();
        EXPECT_THAT(workers(), SizeIs(1));
    }
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_transcodes", 0));
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_upstreams", 0));
    EXPECT_TRUE(provider_.wait_until_idle("/one/live.ts"));
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(Transcode, ItsTunerCanBeTakenAtOnceWhenNobodyWatches) {
    start({{"one", live("/one")}, {"two", live("/two")}}, {{"TUNER_COUNT", "1"}, {"LINGER", "1h"}});
    {
        StreamClient viewer(tuner_.port(), "/auto/v1?profile=low");
        ASSERT_TRUE(viewer.read(100'000)) << log();
    }
    StreamClient other(tuner_.port(), "/auto/v2?profile=low");
    EXPECT_EQ(other.reply().status, 200) << log();
    ASSERT_TRUE(other.read(100'000)) << log();
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_transcodes", 1));
}

TEST_F(Transcode, PicturesAndSoundStayTogether) {
    start({{"one", live("/one")}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read(900'000)) << log();
    EXPECT_GT(expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"})), 3U);
}

TEST_F(Transcode, AutomaticLeavesAFriendlyChannelAndRepairsTheSoundOfAnother) {
    start({{"good", live("/good")}, {"latm", live("/latm", latm_clip())},
              {"slow", live("/slow",
                           made_clip("h264_aac24", 10,
                               {"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25",
                                   "-b:v", "800k", "-c:a", "aac", "-ar", "24000", "-b:a", "48k"}))},
              {"old", live("/old", mpeg2_clip())}},
        {{"STREAM_TRANSCODE", "auto"}, {"TUNER_COUNT", "4"}});
    StreamClient good(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(good.read(300'000)) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line({"stream chosen", "reason=auto-friendly"})) << log();
    StreamClient old(tuner_.port(), "/auto/v4");
    ASSERT_TRUE(old.read(600'000)) << log();
    EXPECT_THAT(workers(), IsEmpty());
    StreamClient latm(tuner_.port(), "/auto/v2");
    ASSERT_TRUE(latm.read(300'000)) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"stream chosen", "profile=audio-only", "reason=auto-audio"}))
        << log();
    StreamClient slow(tuner_.port(), "/auto/v3");
    ASSERT_TRUE(slow.read(300'000)) << log();
    EXPECT_THAT(workers(), SizeIs(2));
    expect_decodes(good.body(), {"h264", "aac"});
    expect_decodes(old.body(), {"mpeg2video", "ac3"});
    expect_plays(slow.body(), {"h264", "aac"});
    const std::string repaired = expect_plays(latm.body(), {"h264", "aac"});
    const auto profile = run_command({"ffprobe", "-v", "error", "-select_streams", "a",
        "-show_entries", "stream=profile,sample_rate", "-of", "csv=p=0", repaired});
    EXPECT_THAT(profile.output, HasSubstr("LC,48000"));
    EXPECT_EQ(provider_.count("/latm/live.ts"), 1U) << "nobody asked for it to look at it";
}

class WorkerFault : public Transcode, public ::testing::WithParamInterface<int> {};

TEST_P(WorkerFault, TheConnectionSurvivesAndOthersSeeNothing) {
    start({{"one", live("/one")}, {"two", live("/two")}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_TRUE(viewer.read(300'000)) << log();
    const auto its_worker = workers();
    ASSERT_THAT(its_worker, SizeIs(1));
    StreamClient other(tuner_.port(), "/auto/v2?profile=plexsafe");
    StreamClient as_it_is(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(other.read(100'000)) << log();
    ASSERT_TRUE(as_it_is.read(100'000)) << log();

    ASSERT_EQ(::kill(its_worker.front(), GetParam()), 0);
    ASSERT_TRUE(tuner_.process().wait_for_line({"transcoder ended, another one begins"})) << log();
    ASSERT_TRUE(viewer.read(viewer.body().size() + 600'000)) << log();
    ASSERT_TRUE(other.read(other.body().size() + 300'000)) << log();
    ASSERT_TRUE(as_it_is.read(as_it_is.body().size() + 300'000)) << log();
    EXPECT_THAT(workers(), Not(::testing::Contains(its_worker.front())));
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_failures_total"), 1);
    EXPECT_EQ(provider_.count("/one/live.ts"), 1U);
    expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"}));
    expect_lip_sync(expect_plays(other.body(), {"h264", "mp3"}));
    expect_decodes(as_it_is.body(), {"h264", "aac"});
    const auto streams = nlohmann::json::parse(tuner_.get("/api/streams").body);
    for (const auto& stream : streams) {
        const bool is_hit = stream.at("number") == "1";
        EXPECT_EQ(stream.at("splices"), 0) << "the channel itself saw it";
        EXPECT_EQ(stream.at("transcodes").at(0).at("splices"), is_hit ? 1 : 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Signals, WorkerFault, ::testing::Values(SIGKILL, SIGSTOP),
    [](const auto& signal) { return signal.param == SIGKILL ? "Killed" : "Stopped"; });

TEST_F(Transcode, AnotherSourceGoesOnUnderTheViewer) {
    const std::string first =
        live("/first", flash_clip(), "pace 2x; serve 4s; cut in packet; status 403");
    const std::string second = live("/second");
    start({{"one", first + "\n" + second}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(provider_.wait_for_requests("/second/live.ts", 1)) << log();
    ASSERT_TRUE(viewer.read(viewer.body().size() + 1'200'000)) << log();
    EXPECT_GT(expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"})), 4U);
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_workers_total"), 1);
}

TEST_F(Transcode, OtherCodecsOfTheSourceAreNotSeen) {
    const TimelineOrigin origin(provider_, "/one", "pace 2x; serve 4s; switch clip B; serve",
        {.clips = {{"A", flash_clip()}, {"B", mpeg2_clip()}}});
    start({{"one", origin.ts_url()}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read(3'000'000)) << log();
    expect_plays(viewer.body(), {"h264", "mp3"});
}

TEST_F(Transcode, SegmentsThatComeAllAtOnceAndThenNothingAreNoHang) {
    const TimelineOrigin origin(
        provider_, "/hls", "pace 1x; segments 4s; serve", {.clips = {{"A", flash_clip()}}});
    start({{"one", origin.hls_url()}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read(1'500'000)) << log();
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_failures_total"), 0) << log();
    EXPECT_GT(expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"})), 4U);
}

TEST_F(Transcode, FilesSayWhichChannelsAndInto) {
    std::ofstream(tuner_.file("transcode.json")) << R"({"1": true, "two.example": "remux"})";
    std::ofstream(tuner_.file("profiles.json")) << R"({"one.example": "tablet"})";
    std::ofstream(tuner_.file("mine.json"))
        << R"({"tablet": {"base": "low", "max_width": 320, "audio": "mp2"}})";
    start({{"one", live("/one")}, {"two", live("/two")}},
        {{"STREAM_TRANSCODE", "on"},
            {"TRANSCODE_OVERRIDES_FILE", tuner_.file("transcode.json").string()},
            {"PROFILE_OVERRIDES_FILE", tuner_.file("profiles.json").string()},
            {"PROFILES_FILE", tuner_.file("mine.json").string()}});
    {
        StreamClient one(tuner_.port(), "/auto/v1");
        ASSERT_TRUE(one.read(200'000)) << log();
        const std::string file = expect_plays(one.body(), {"h264", "mp2"});
        const auto size = run_command({"ffprobe", "-v", "error", "-select_streams", "v",
            "-show_entries", "stream=width,height", "-of", "csv=p=0", file});
        EXPECT_THAT(size.output, HasSubstr("320,180"));
        StreamClient two(tuner_.port(), "/auto/v2");
        ASSERT_TRUE(two.read(100'000)) << log();
        EXPECT_THAT(workers(), SizeIs(1));
    }
    // What is wrong is named, and what was read before stays.
    std::ofstream(tuner_.file("transcode.json")) << R"({"1": "perhaps"})";
    std::ofstream(tuner_.file("profiles.json")) << R"({"1": "videoonly"})";
    const std::size_t before = tuner_.process().lines();
    tuner_.process().signal(SIGHUP);
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"transcoding overrides not read", "transcode.json", "1: expected"},
        std::chrono::seconds(30), before))
        << log();
    ASSERT_TRUE(
        tuner_.process().wait_for_line({"refresh is over"}, std::chrono::seconds(30), before));
    StreamClient one(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(one.read(200'000)) << log();
    expect_plays(one.body(), {"h264"});
    StreamClient two(tuner_.port(), "/auto/v2");
    ASSERT_TRUE(two.read(200'000)) << log();
    expect_decodes(two.body(), {"h264", "aac"});
}

TEST_F(Transcode, RequestsInTheWordsOfHdHomeRun) {
    start({{"one", live("/one")}}, {{"STREAM_TRANSCODE", "on"}, {"PLEX_SAFE", "1"}});
    StreamClient small(tuner_.port(), "/auto/v1?transcode=internet240");
    ASSERT_TRUE(small.read(100'000)) << log();
    const auto size =
        run_command({"ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
            "stream=width,height", "-of", "csv=p=0", expect_plays(small.body(), {"h264", "aac"})});
    EXPECT_THAT(size.output, HasSubstr("432,"));
    StreamClient none(tuner_.port(), "/auto/v1?transcode=none");
    ASSERT_TRUE(none.read(200'000)) << log();
    EXPECT_THAT(workers(), SizeIs(1));
    const HttpReply refused = tuner_.get("/auto/v1?transcode=light");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.header("x-hdhomerun-error"), HasSubstr("802"));
    StreamClient unknown(tuner_.port(), "/auto/v1?profile=hugo");
    ASSERT_TRUE(unknown.read(100'000)) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line({"no such profile", "profile=hugo"})) << log();
    StreamClient mode(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(mode.read(100'000)) << log();
    EXPECT_TRUE(
        tuner_.process().wait_for_line({"stream chosen", "profile=plexsafe", "reason=mode-on"}))
        << log();
}

TEST_F(Transcode, WhatIsConfiguredAndCannotWorkIsSaidEverywhere) {
    start({{"one", live("/one")}}, {{"STREAM_TRANSCODE", "on"}, {"PROFILE", "hugo"}});
    EXPECT_TRUE(tuner_.process().wait_for_line({"transcoding cannot work as configured", "hugo"}))
        << log();
    const auto health = nlohmann::json::parse(tuner_.get("/healthz").body);
    EXPECT_EQ(health.at("status"), "degraded");
    EXPECT_THAT(health.at("problems").dump(), HasSubstr("hugo"));
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("no profile &quot;hugo&quot;"));
    tuner_.stop();
    tuner_.launch({.subcommand = "config",
        .settings = {{"STREAM_TRANSCODE", "sometimes"}, {"PROFILES_FILE", "/nowhere.json"}}});
    EXPECT_EQ(tuner_.process().wait(), 0);
    EXPECT_THAT(log(), HasSubstr("STREAM_TRANSCODE: \"sometimes\" is none of"));
    EXPECT_THAT(log(), HasSubstr("PROFILES_FILE: /nowhere.json"));
}

TEST_F(Transcode, AProgrammeWithItsEndIsTranscodedToIt) {
    std::ofstream(tuner_.file("film.ts"), std::ios::binary) << flash_clip();
    std::ofstream(tuner_.file("list.m3u"))
        << playlist_of({{"one", "file://" + tuner_.file("film.ts").string()}});
    start({}, {{"M3U_URL", tuner_.file("list.m3u").string()}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read_to_end(std::chrono::seconds(60))) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line({"viewer left", "reason=\"programme over\""}))
        << log();
    EXPECT_GE(expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"})), 9U);
}

/// With sound and without; FFmpeg has no name for it in a PMT. A backup is taken in its place.
TEST_F(Transcode, Vp9InATransportStreamIsRefusedByName) {
    const std::vector<std::string> video{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used",
        "8", "-g", "25", "-b:v", "400k"};
    const auto with = [&](const std::string& name, const std::vector<std::string>& audio) {
        std::vector<std::string> arguments = video;
        arguments.insert(arguments.end(), audio.begin(), audio.end());
        return made_clip(name, 6, arguments);
    };
    provider_.on("/sound.ts", behave::endless(with("vp9_aac", {"-c:a", "aac"}), 200'000));
    provider_.on("/silent.ts", behave::endless(with("vp9_alone", {"-an"}), 200'000));
    start({{"sound", provider_.url("/sound.ts")}, {"silent", provider_.url("/silent.ts")},
        {"backed", provider_.url("/sound.ts") + "\n" + live("/good")}});
    for (const std::string target : {"/auto/v1", "/auto/v2", "/auto/v1?profile=plexsafe"}) {
        const HttpReply reply = tuner_.get(target);
        EXPECT_EQ(reply.status, 503) << target << log();
        EXPECT_THAT(reply.body, HasSubstr("its pictures are VP9")) << target;
    }
    StreamClient backed(tuner_.port(), "/auto/v3?profile=plexsafe");
    ASSERT_TRUE(backed.read(200'000)) << log();
    expect_plays(backed.body(), {"h264", "mp3"});
}

TEST_F(Transcode, AChannelThatDoesNotStartIsRefusedAsEver) {
    start({{"one", live("/one", flash_clip(), "status 404")}});
    const HttpReply reply = tuner_.get("/auto/v1?profile=plexsafe");
    EXPECT_EQ(reply.status, 503) << log();
    EXPECT_THAT(reply.header("x-hdhomerun-error"), HasSubstr("807"));
    EXPECT_THAT(reply.body, HasSubstr("status 404"));
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_transcodes", 0));
}

class Bootstrap : public Transcode {
protected:
    /// Black from the begin of the recording, s.
    static double black_at_first(const std::string& file) {
        const auto found = run_command({"ffmpeg", "-hide_banner", "-nostdin", "-i", file, "-vf",
            "blackdetect=d=0.5", "-f", "null", "-"});
        const auto value = [&](const std::string& name) {
            const std::size_t at = found.errors.find(name + ":");
            return at == std::string::npos ? 0
                                           : std::stod(found.errors.substr(at + name.size() + 1));
        };
        return value("black_start") < 0.2 ? value("black_duration") : 0;
    }
};

TEST_F(Bootstrap, AClipInTheCodecsOfTheProfileComesBeforeTheTranscode) {
    for (const auto& [profile, codecs] :
        std::vector<std::pair<std::string, std::vector<std::string>>>{{"plexsafe", {"h264", "mp3"}},
            {"videoonly", {"h264"}}, {"pmsxcode", {"mpeg2video", "mp2"}}}) {
        start({{"one", live("/" + profile, h264_clip())}},
            {{"STREAM_TRANSCODE", "on"}, {"PROFILE", profile}, {"WEBSAFE_BOOTSTRAP", "1"},
                {"WEBSAFE_BOOTSTRAP_SECONDS", "2"}});
        ASSERT_TRUE(tuner_.process().wait_for_line({"bootstrap clip made"})) << log();
        StreamClient viewer(tuner_.port(), "/auto/v1");
        ASSERT_TRUE(viewer.read(700'000)) << log();
        EXPECT_TRUE(tuner_.process().wait_for_line({"bootstrap clip sent"})) << log();
        EXPECT_NEAR(black_at_first(expect_plays(viewer.body(), codecs)), 2, 0.05) << profile;
        StreamClient second(tuner_.port(), "/auto/v1");
        ASSERT_TRUE(second.read(300'000)) << log();
        EXPECT_EQ(black_at_first(expect_plays(second.body(), codecs)), 0) << profile;
        tuner_.stop();
    }
}

TEST_F(Bootstrap, PicturesAndSoundStayTogetherBehindIt) {
    start({{"one", live("/one")}}, {{"WEBSAFE_BOOTSTRAP", "1"}, {"STREAM_TRANSCODE", "on"}});
    ASSERT_TRUE(tuner_.process().wait_for_line({"bootstrap clip made"})) << log();
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(900'000)) << log();
    EXPECT_GT(expect_lip_sync(expect_plays(viewer.body(), {"h264", "aac"})), 3U);
}

} // namespace
} // namespace plex_tuner::testing
