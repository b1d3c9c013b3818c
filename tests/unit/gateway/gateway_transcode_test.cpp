// SPDX-License-Identifier: GPL-3.0-or-later
// Transcodes of channels, with real media and with workers that are of no use.
#include "gateway_fixture.hpp"
#include "support/child_pids.hpp"
#include "support/child_process.hpp"
#include "support/media.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/ts/inspector.hpp>

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

using gateway::TranscodeMode;
using gateway::TranscodeWish;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kUrl = "http://origin/live.ts";
constexpr const char* kOther = "http://other/live.ts";
constexpr std::uint16_t kWorkerVideoPid = 0x100;

class GatewayTranscode : public GatewayTest {
protected:
    GatewayTranscode() { options.transcoding.command = {PT_TUNER_BINARY, "transcode-worker"}; }

    void wish_for(const std::string& profile) {
        wish = gateway::transcode_wish(profile, std::nullopt).value();
    }

    /// A channel under that number that has sent the clip and stays open.
    std::shared_ptr<FakeBody> playing(
        const std::string& number, const char* url, const std::string& clip = h264_clip(4)) {
        add_channel(number, {url});
        auto body = origin.open(url);
        body->push(clip);
        return body;
    }
};

TEST_F(GatewayTranscode, ViewersOfOneProfileShareATranscode) {
    const auto body = playing("5", kUrl);
    wish_for("videoonly");
    auto first = watch("5");
    ASSERT_GE((*first)->wait_bytes(50'000).size(), 50'000U);
    auto second = watch("5");
    ASSERT_GE((*second)->wait_bytes(188).size(), 188U) << "what there is, from its key frame on";
    wish = {};
    auto third = watch("5");
    ASSERT_GE((*third)->wait_bytes(188).size(), 188U);
    EXPECT_EQ(origin.count(kUrl), 1U);
    const auto tuners = gateway().tuners();
    EXPECT_EQ(tuners.at(0).viewers, 3U);
    ASSERT_THAT(tuners.at(0).transcodes, SizeIs(1));
    EXPECT_EQ(tuners.at(0).transcodes.front().profile, "videoonlyfast");
    EXPECT_EQ(tuners.at(0).transcodes.front().viewers, 2U);
    EXPECT_EQ(gateway().counters().transcodes_open, 1U);
    EXPECT_EQ(gateway().counters().transcode_workers, 1U);
    EXPECT_EQ(gateway().counters().channels_open, 1U);
    EXPECT_EQ(gateway().counters().viewers_open, 3U);
}

TEST_F(GatewayTranscode, AWorkerThatGivesNothingIsTriedThreeTimesAndNamed) {
    options.transcoding.command = {"/bin/false"};
    const auto body = playing("5", kUrl);
    wish_for("plexsafe");
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto bytes = (*viewer)->bytes();
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()),
        HasSubstr("the transcoder failed: the media worker exited with status 1"));
    EXPECT_EQ(gateway().counters().transcode_failures, 3U);
    EXPECT_EQ(origin.count(kUrl), 1U);
    // The channel itself plays.
    wish = {};
    auto other = watch("5");
    EXPECT_GE((*other)->wait_bytes(188).size(), 188U);
}

TEST_F(GatewayTranscode, AWorkerThatIsSilentIsGivenUpInTime) {
    options.transcoding.command = {"/bin/sleep", "1000"};
    options.transcoding.silence = std::chrono::seconds(60);
    options.transcode_start_timeout = std::chrono::milliseconds(300);
    const auto body = playing("5", kUrl);
    wish_for("plexsafe");
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto bytes = (*viewer)->bytes();
    EXPECT_THAT(
        std::string(bytes.begin(), bytes.end()), HasSubstr("nothing to play within 300 ms"));
    EXPECT_EQ(gateway().counters().transcode_workers, 1U);
}

TEST_F(GatewayTranscode, WhatTheChannelFailsOfIsTheAnswer) {
    add_channel("5", {kUrl});
    origin.serve(kUrl, std::string("gone"), 404);
    wish_for("plexsafe");
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto bytes = (*viewer)->bytes();
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()), HasSubstr("status 404"));
}

TEST_F(GatewayTranscode, ATunerIsAsBusyAsItsViewers) {
    options.tuner_count = 1;
    options.linger = std::chrono::hours(1);
    const auto one = playing("5", kUrl);
    const auto two = playing("6", kOther);
    wish_for("videoonly");
    {
        auto viewer = watch("5");
        ASSERT_GE((*viewer)->wait_bytes(188).size(), 188U);
        EXPECT_EQ(watch("6")->refusal(), "805 All Tuners In Use");
    }
    auto other = watch("6");
    EXPECT_GE((*other)->wait_bytes(188).size(), 188U);
    one->wait_closed_by_client();
    eventually([&] { return gateway().counters().transcodes_open == 1; },
        "the transcode ended with its channel");
}

TEST_F(GatewayTranscode, NoMoreRunThanMay) {
    options.max_transcodes = 1;
    const auto body = playing("5", kUrl);
    wish_for("videoonly");
    auto viewer = watch("5");
    ASSERT_GE((*viewer)->wait_bytes(188).size(), 188U);
    wish_for("low");
    EXPECT_EQ(watch("5")->refusal(), "803 System Busy");
    wish_for("video");
    auto second = watch("5");
    EXPECT_GE((*second)->wait_bytes(188).size(), 188U);
}

TEST_F(GatewayTranscode, OneThatNobodyWatchesEndsAndItsChannelPlaysOn) {
    options.linger = std::chrono::milliseconds(50);
    const auto body = playing("5", kUrl);
    auto direct = watch("5");
    wish_for("videoonly");
    {
        auto viewer = watch("5");
        ASSERT_GE((*viewer)->wait_bytes(188).size(), 188U);
    }
    eventually([&] { return gateway().counters().transcodes_open == 0; }, "it ended");
    EXPECT_EQ(gateway().counters().channels_open, 1U);
    EXPECT_FALSE(body->closed_by_client());
}

TEST_F(GatewayTranscode, WhileItIsNotDecidedThereAreNullPacketsAlone) {
    options.start_keep_alive = {
        .kind = gateway::StartKeepAlive::psi, .interval = std::chrono::milliseconds(20)};
    options.transcode.mode = TranscodeMode::automatic;
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    const auto waiting = (*viewer)->wait_bytes(3 * ts::kPacketSize);
    body->push(mpeg2_clip(10));
    const auto bytes = (*viewer)->wait_bytes(waiting.size() + 500'000);
    std::size_t at = 0;
    while (ts::PacketView(bytes.data() + at).pid() == ts::kNullPid) {
        at += ts::kPacketSize;
    }
    EXPECT_EQ(ts::PacketView(bytes.data() + at).pid(), ts::kPatPid);
    EXPECT_EQ(gateway().counters().transcode_workers, 0U) << "it is friendly";
    ts::Inspector inspector;
    inspector.feed(bytes);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
}

TEST_F(GatewayTranscode, AutomaticTakesItsTimeWithSoundNobodyPlays) {
    options.transcode.mode = TranscodeMode::automatic;
    const auto body = playing("5", kUrl,
        made_clip("h264_latm", 10,
            {"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-sc_threshold",
                "0", "-b:v", "800k", "-c:a", "aac", "-ac", "2", "-b:a", "96k", "-mpegts_flags",
                "latm"}));
    auto viewer = watch("5");
    const auto bytes = (*viewer)->wait_bytes(300'000);
    ts::Inspector inspector;
    inspector.feed(bytes);
    EXPECT_NE(inspector.pid(kWorkerVideoPid), nullptr);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    const auto transcodes = gateway().tuners().at(0).transcodes;
    ASSERT_THAT(transcodes, SizeIs(1));
    EXPECT_EQ(transcodes.front().profile, "audio-only");
    EXPECT_EQ(transcodes.front().reason, "auto-audio");
    auto second = watch("5");
    EXPECT_GE((*second)->wait_bytes(188).size(), 188U);
    EXPECT_EQ(gateway().counters().transcode_workers, 1U);
}

TEST_F(GatewayTranscode, OverridesCountForThoseWhoComeThen) {
    const auto body = playing("5", kUrl);
    auto before = watch("5");
    ASSERT_GE((*before)->wait_bytes(188).size(), 188U);
    gateway().set_transcode_overrides(
        {.transcode = {{"5", true}}, .profiles = {{"5", "videoonly"}}});
    auto behind = watch("5");
    ASSERT_GE((*behind)->wait_bytes(188).size(), 188U);
    EXPECT_EQ(gateway().counters().transcodes_open, 1U);
    EXPECT_EQ(gateway().tuners().at(0).transcodes.at(0).reason, "transcode-override");
}

TEST_F(GatewayTranscode, AWorkerThatFallsBehindIsMovedForwardAsViewersAre) {
    options.ring_bytes = std::size_t{256} * 1024;
    options.transcoding.silence = std::chrono::minutes(1);
    options.transcoding.silence_once_giving = std::chrono::minutes(1);
    const auto body = playing("5", kUrl);
    auto keeps_up = watch("5"); // or the source would wait for the slow one
    wish_for("videoonly");
    auto viewer = watch("5");
    const std::size_t before = (*viewer)->wait_bytes(188).size();
    const auto workers = children_of(::getpid());
    ASSERT_THAT(workers, SizeIs(1));
    ASSERT_EQ(::kill(workers.front(), SIGSTOP), 0);
    // More than socket, buffers and ring can hold; by another clock each time.
    for (int i = 0; i < 8; ++i) {
        body->push(h264_clip(4));
        eventually([&] { return body->unread() == 0; }, "the channel goes on");
    }
    ASSERT_EQ(::kill(workers.front(), SIGCONT), 0);
    eventually([&] { return gateway().counters().transcode_laps > 0; }, "it was moved");
    EXPECT_GT((*viewer)->wait_bytes(before + 100'000).size(), before);
    EXPECT_EQ(gateway().counters().transcode_failures, 0U);
    ts::Inspector inspector;
    inspector.feed((*viewer)->bytes());
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
}

TEST_F(GatewayTranscode, ThatNoWorkerRunsIsKnownBeforeAViewerComes) {
    options.transcoding.command = {"/bin/false"};
    options.transcode.mode = TranscodeMode::automatic;
    eventually([&] { return !gateway().transcode_problems().empty(); }, "it is known");
    EXPECT_THAT(gateway().transcode_problems().front(), HasSubstr("exited with status 1"));
}

TEST_F(GatewayTranscode, ThatWorkersRunIsNoProblem) {
    options.transcode.mode = TranscodeMode::on;
    // The check begins before the transcode does.
    const auto body = playing("5", kUrl);
    auto viewer = watch("5");
    ASSERT_GE((*viewer)->wait_bytes(188).size(), 188U);
    EXPECT_THAT(gateway().transcode_problems(), ::testing::IsEmpty());
}

TEST_F(GatewayTranscode, StoppingEndsItsViewers) {
    const auto body = playing("5", kUrl);
    wish_for("videoonly");
    auto viewer = watch("5");
    ASSERT_GE((*viewer)->wait_bytes(188).size(), 188U);
    stop();
    EXPECT_TRUE(viewer->wait_done());
}

/// Where the first picture that is not black begins, s; what is before it is as long.
double end_of_black(const std::vector<std::uint8_t>& bytes) {
    const TemporaryDirectory directory;
    const std::string file = (directory.path() / "seen.ts").string();
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
    const auto found = run_command({"ffmpeg", "-hide_banner", "-nostdin", "-i", file, "-vf",
        "blackdetect=d=0.5", "-f", "null", "-"});
    const std::string word = "black_duration:";
    const std::size_t at = found.errors.find(word);
    return at == std::string::npos ? 0 : std::stod(found.errors.substr(at + word.size()));
}

class GatewayBootstrap : public GatewayTranscode {
protected:
    GatewayBootstrap() { options.bootstrap = std::chrono::milliseconds(1'500); }

    /// Something that takes all it is given, and never gives anything.
    void transcode_with(const std::string& script) {
        const std::string file = (directory_.path() / "ffmpeg").string();
        std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
        ASSERT_EQ(::chmod(file.c_str(), 0700), 0);
        media::FfmpegProgram program =
            media::inspect_ffmpeg("/usr/bin/ffmpeg", {}, std::chrono::seconds(30));
        program.path = file;
        options.ffmpeg = std::make_shared<const media::FfmpegProgram>(std::move(program));
    }

    TemporaryDirectory directory_;
};

TEST_F(GatewayBootstrap, TheClipComesFirstAndTheTranscodeJoinsIt) {
    // Not before the clip is there.
    transcode_with("sleep 2; exec /usr/bin/ffmpeg \"$@\"");
    wish_for("plexsafe");
    const auto body = playing("5", kUrl);
    auto viewer = watch("5");
    const auto bytes = (*viewer)->wait_bytes(300'000);
    ASSERT_GE(bytes.size(), 300'000U);
    EXPECT_NEAR(end_of_black(bytes), 1.5, 0.05);
    ts::Inspector inspector;
    inspector.feed(bytes);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(announced_discontinuities(bytes), 0U);
    const auto times = video_times(bytes);
    for (std::size_t i = 1; i < times.size(); ++i) {
        EXPECT_EQ(times[i] - times[i - 1], 3'600) << "at picture " << i;
    }
    // Who comes later is not sent it.
    body->push(h264_clip(4));
    auto second = watch("5");
    EXPECT_EQ(end_of_black((*second)->wait_bytes(100'000)), 0);
}

TEST_F(GatewayBootstrap, BehindAClipThereIsTheStreamOrTheEndButNoAnswer) {
    transcode_with("exec cat > /dev/null");
    options.transcode_start_timeout = std::chrono::seconds(3);
    wish_for("plexsafe");
    const auto body = playing("5", kUrl);
    auto viewer = watch("5");
    ASSERT_GE((*viewer)->wait_bytes(20'000).size(), 20'000U);
    EXPECT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_NEAR(end_of_black((*viewer)->bytes()), 1.5, 0.05);
    EXPECT_EQ(gateway().counters().transcode_workers, 1U);
}

TEST_F(GatewayBootstrap, WhatAnFfmpegSaysOfPasswordsNoViewerSees) {
    transcode_with(
        "echo 'token=abc http://bob:hunter2@host/live/bob/hunter2/1.ts: gone' >&2; exit 9");
    options.bootstrap = {};
    wish_for("plexsafe");
    const auto body = playing("5", kUrl);
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto bytes = (*viewer)->bytes();
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()),
        AllOf(HasSubstr("exited with status 9"), HasSubstr("gone"), Not(HasSubstr("hunter2")),
            Not(HasSubstr("abc"))));
}

TEST_F(GatewayBootstrap, OneThatNeverGivesAnythingIsNamedWithItsLastWords) {
    transcode_with("echo 'No device http://bob:hunter2@host/' >&2; exec cat > /dev/null");
    options.bootstrap = {};
    options.transcode_start_timeout = std::chrono::seconds(2);
    wish_for("plexsafe");
    const auto body = playing("5", kUrl);
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto bytes = (*viewer)->bytes();
    EXPECT_THAT(std::string(bytes.begin(), bytes.end()),
        AllOf(HasSubstr("nothing to play within 2000 ms: No device"), Not(HasSubstr("hunter2"))));
}

TEST_F(GatewayBootstrap, AChannelThatDoesNotComeIsRefusedAsEver) {
    wish_for("plexsafe");
    add_channel("5", {kUrl});
    origin.serve(kUrl, std::string("gone"), 404);
    EXPECT_EQ(watch("5")->refusal(), "807 No Video Data");
}

TEST_F(GatewayBootstrap, AProfileThatCopiesHasNone) {
    wish_for("audio-only");
    const auto body = playing("5", kUrl);
    auto viewer = watch("5");
    EXPECT_EQ(end_of_black((*viewer)->wait_bytes(200'000)), 0);
    EXPECT_THAT(gateway().transcode_problems(), ::testing::IsEmpty());
}

} // namespace
} // namespace plex_tuner::testing
