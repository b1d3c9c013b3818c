// SPDX-License-Identifier: GPL-3.0-or-later
// Channels that an ffmpeg of the user's own transcodes: the distribution's, and ones that are of no
// use.
#include "transcode_fixture.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kFfmpeg = "/usr/bin/ffmpeg";

class ExternalTranscode : public Transcode {
protected:
    std::string program(const std::string& name, const std::string& script, mode_t mode = 0700) {
        const std::string file = tuner_.file(name).string();
        std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
        EXPECT_EQ(::chmod(file.c_str(), mode), 0);
        return file;
    }

    /// The arguments of a running process.
    static std::string arguments_of(pid_t pid) {
        std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
        std::string text(std::istreambuf_iterator<char>(file), {});
        std::ranges::replace(text, '\0', ' ');
        return text;
    }

    /// What is said of a program that cannot be used, in all the places.
    void expect_said(const std::string& what) {
        EXPECT_TRUE(tuner_.process().wait_for_line(
            {"transcoding cannot work as configured", "PLEX_TUNER_FFMPEG_PATH", what}))
            << log();
        const auto health = nlohmann::json::parse(tuner_.get("/healthz").body);
        EXPECT_EQ(health.at("status"), "degraded");
        EXPECT_THAT(health.at("problems").dump(), HasSubstr(what));
        EXPECT_THAT(tuner_.get("/").body, HasSubstr(what));
        const HttpReply refused = tuner_.get("/auto/v1?profile=plexsafe");
        EXPECT_EQ(refused.status, 503);
        EXPECT_THAT(refused.header("x-hdhomerun-error"), HasSubstr("802"));
        EXPECT_THAT(refused.body, HasSubstr(what));
    }
};

TEST_F(ExternalTranscode, TwoViewersShareOneWhosePicturesAndSoundStayTogether) {
    start({{"one", live("/secret-of-one")}}, {{"FFMPEG_PATH", "ffmpeg"}});
    EXPECT_TRUE(
        tuner_.process().wait_for_line({"an ffmpeg of your own transcodes", "/ffmpeg", "version="}))
        << log();
    StreamClient first(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(first.reply().status, 200) << log();
    ASSERT_TRUE(first.read(600'000)) << log();
    StreamClient second(tuner_.port(), "/auto/v1?profile=safe");
    ASSERT_TRUE(second.read(300'000)) << log();
    ASSERT_THAT(workers(), SizeIs(1));
    EXPECT_THAT(arguments_of(workers().front()),
        AllOf(HasSubstr("ffmpeg -hide_banner"), HasSubstr("libx264"), Not(HasSubstr("secret")),
            Not(HasSubstr("http"))));
    EXPECT_EQ(provider_.count("/secret-of-one/live.ts"), 1U);
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_failures_total"), 0) << log();
    EXPECT_GT(expect_lip_sync(expect_plays(first.body(), {"h264", "mp3"})), 2U);
    expect_plays(second.body(), {"h264", "mp3"});
}

class ExternalFault : public ExternalTranscode, public ::testing::WithParamInterface<int> {};

TEST_P(ExternalFault, TheConnectionSurvivesAndOthersSeeNothing) {
    start({{"one", live("/one")}, {"two", live("/two")}}, {{"FFMPEG_PATH", kFfmpeg}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_TRUE(viewer.read(300'000)) << log();
    const auto its_worker = workers();
    ASSERT_THAT(its_worker, SizeIs(1));
    StreamClient other(tuner_.port(), "/auto/v2?profile=plexsafe");
    ASSERT_TRUE(other.read(100'000)) << log();
    ASSERT_EQ(::kill(its_worker.front(), GetParam()), 0);
    ASSERT_TRUE(tuner_.process().wait_for_line({"transcoder ended, another one begins"})) << log();
    ASSERT_TRUE(viewer.read(viewer.body().size() + 600'000)) << log();
    ASSERT_TRUE(other.read(other.body().size() + 300'000)) << log();
    EXPECT_THAT(workers(), Not(Contains(its_worker.front())));
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_failures_total"), 1);
    EXPECT_EQ(provider_.count("/one/live.ts"), 1U);
    expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"}));
    expect_lip_sync(expect_plays(other.body(), {"h264", "mp3"}));
}

INSTANTIATE_TEST_SUITE_P(Signals, ExternalFault, ::testing::Values(SIGKILL, SIGSTOP),
    [](const auto& signal) { return signal.param == SIGKILL ? "Killed" : "Stopped"; });

TEST_F(ExternalTranscode, OtherCodecsOfTheSourceAreNotSeen) {
    const TimelineOrigin origin(provider_, "/one", "pace 2x; serve 4s; switch clip B; serve",
        {.clips = {{"A", flash_clip()}, {"B", mpeg2_clip()}}});
    start({{"one", origin.ts_url()}}, {{"FFMPEG_PATH", kFfmpeg}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read(3'000'000)) << log();
    expect_plays(viewer.body(), {"h264", "mp3"});
    EXPECT_TRUE(tuner_.process().wait_for_line({"another one begins", "changed its codecs"}))
        << log();
}

TEST_F(ExternalTranscode, ProfilesOfTheUserHaveTheirOwnOptions) {
    std::ofstream(tuner_.file("mine.json"))
        << R"({"small": {"base": "low", "ffmpeg_input": ["-threads", "1"],
               "ffmpeg_video": ["-vf", "scale=320:-2", "-c:v", "libx264", "-preset", "ultrafast",
                                "-g", "25", "-bf", "0"]},
               "gone": {"ffmpeg_video": ["-c:v", "h264_nowhere"]}})";
    start({{"one", live("/one")}},
        {{"FFMPEG_PATH", kFfmpeg}, {"STREAM_TRANSCODE", "on"}, {"PROFILE", "gone"},
            {"PROFILES_FILE", tuner_.file("mine.json").string()}});
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"transcoding cannot work as configured", "has no encoder h264_nowhere"}))
        << log();
    EXPECT_EQ(tuner_.get("/auto/v1").status, 503);
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=small");
    ASSERT_TRUE(viewer.read(200'000)) << log();
    const auto size =
        run_command({"ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
            "stream=width,height", "-of", "csv=p=0", expect_plays(viewer.body(), {"h264", "aac"})});
    EXPECT_THAT(size.output, HasSubstr("320,180"));
}

TEST_F(ExternalTranscode, WithoutOneItsProfilesCannotBeMade) {
    std::ofstream(tuner_.file("mine.json"))
        << R"({"gpu": {"ffmpeg_video": ["-c:v", "h264_vaapi"]}})";
    start({{"one", live("/one")}}, {{"STREAM_TRANSCODE", "on"}, {"PROFILE", "gpu"},
                                       {"PROFILES_FILE", tuner_.file("mine.json").string()}});
    EXPECT_TRUE(tuner_.process().wait_for_line({"transcoding cannot work as configured",
        "program that PLEX_TUNER_FFMPEG_PATH does not name"}))
        << log();
    EXPECT_EQ(tuner_.get("/auto/v1").status, 503);
}

TEST_F(ExternalTranscode, OneThatIsOfNoUseIsSaidEverywhereAndNothingTakesItsPlace) {
    start({{"one", live("/one")}}, {{"FFMPEG_PATH", "/nowhere/ffmpeg"}});
    expect_said("/nowhere/ffmpeg: No such file or directory");
    StreamClient as_it_is(tuner_.port(), "/auto/v1");
    EXPECT_TRUE(as_it_is.read(100'000)) << "who does not want it transcoded gets it";
    tuner_.stop();
    tuner_.launch(
        {.subcommand = "config", .settings = {{"FFMPEG_PATH", program("plain", "exit 0", 0600)}}});
    EXPECT_EQ(tuner_.process().wait(), 0);
    EXPECT_THAT(
        log(), AllOf(HasSubstr("warning: PLEX_TUNER_FFMPEG_PATH"), HasSubstr("Permission denied")));
}

TEST_F(ExternalTranscode, OneThatHangsAtTheStartHoldsNothingUpForLong) {
    start({{"one", live("/one")}}, {{"FFMPEG_PATH", program("hangs", "sleep 1000")}});
    expect_said("-version did not answer within 5000 ms");
}

TEST_F(ExternalTranscode, OneThatEndsAtOnceIsTriedThreeTimesAndItsWordsAreTheAnswer) {
    start({{"one", live("/one")}}, {{"FFMPEG_PATH", program("broken", R"(case $2 in
            -version) echo "ffmpeg version 6.0 by hand";;
            -encoders) exec /usr/bin/ffmpeg -hide_banner -encoders;;
            *) echo "No VA display found" >&2; exit 1;;
            esac)")}});
    const HttpReply reply = tuner_.get("/auto/v1?profile=plexsafe");
    EXPECT_EQ(reply.status, 503) << log();
    EXPECT_THAT(reply.header("x-hdhomerun-error"), HasSubstr("807"));
    EXPECT_THAT(reply.body, HasSubstr("ffmpeg exited with status 1: No VA display found"));
    EXPECT_EQ(tuner_.metric("plex_tuner_transcode_failures_total"), 3);
}

TEST_F(ExternalTranscode, OneThatTakesAndGivesNothingIsGivenUpInTime) {
    start({{"one", live("/one")}},
        {{"WEBSAFE_STARTUP_TIMEOUT_MS", "500"}, {"FFMPEG_PATH", program("eats", R"(case $2 in
            -version) echo "ffmpeg version 6.0 by hand";;
            -encoders) exec /usr/bin/ffmpeg -hide_banner -encoders;;
            *) exec cat > /dev/null;;
            esac)")}});
    const HttpReply reply = tuner_.get("/auto/v1?profile=plexsafe");
    EXPECT_EQ(reply.status, 503) << log();
    EXPECT_THAT(reply.body, HasSubstr("nothing to play within 500 ms"));
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_transcodes", 0));
}

TEST_F(ExternalTranscode, AProgrammeWithItsEndIsTranscodedToIt) {
    std::ofstream(tuner_.file("film.ts"), std::ios::binary) << flash_clip();
    std::ofstream(tuner_.file("list.m3u"))
        << playlist_of({{"one", "file://" + tuner_.file("film.ts").string()}});
    start({}, {{"M3U_URL", tuner_.file("list.m3u").string()}, {"FFMPEG_PATH", kFfmpeg}});
    StreamClient viewer(tuner_.port(), "/auto/v1?profile=plexsafe");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read_to_end(std::chrono::seconds(60))) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line({"viewer left", "reason=\"programme over\""}))
        << log();
    EXPECT_GE(expect_lip_sync(expect_plays(viewer.body(), {"h264", "mp3"})), 9U);
}

} // namespace
} // namespace plex_tuner::testing
