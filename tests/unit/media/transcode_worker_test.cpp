// SPDX-License-Identifier: GPL-3.0-or-later
// Streams transcoded by a real process in the real sandbox.
#include "external_tool.hpp"
#include "worker_bench.hpp"

#include <plex_tuner/media/worker.hpp>

#include <csignal>

#include <gmock/gmock.h>

namespace plex_tuner::media {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::WorkerBench;

TEST(TranscodeWorker, TranscodesInItsSandbox) {
    for (const Profile& profile : built_in_profiles()) {
        WorkerBench bench("transcode-worker");
        bench.worker().begin(profile);
        const std::string& clip = testing::h264_clip(4);
        for (std::size_t at = 0; at < clip.size(); at += 50'000) {
            bench.worker().feed(std::string_view(clip).substr(at, 50'000));
        }
        bench.worker().finish();
        const auto outcome = bench.outcome();
        ASSERT_TRUE(outcome) << profile.name << ": " << outcome.error().message();
        const auto decoded = test::run_over(bench.output(), "ffmpeg -v error -i FILE -f null -");
        EXPECT_THAT(decoded.output, IsEmpty()) << profile.name;
        EXPECT_GT(bench.output().size(), 100'000U) << profile.name;
    }
}

TEST(TranscodeWorker, GivesWhatItHasWhileTheStreamGoesOn) {
    WorkerBench bench("transcode-worker");
    bench.worker().begin(*find_built_in_profile("default"));
    bench.worker().feed(testing::h264_clip(4));
    std::string output;
    ASSERT_TRUE(bench.run_until([&] {
        output += bench.worker().take_output();
        return output.size() > 200'000;
    }));
    EXPECT_FALSE(bench.worker().outcome());
}

bool gives_something(WorkerBench& bench) {
    std::string output;
    return bench.run_until([&] {
        output += bench.worker().take_output();
        return !output.empty();
    });
}

TEST(TranscodeWorker, OneThatIsKilledOrHangsIsReplaced) {
    for (const int signal : {SIGKILL, SIGSTOP}) {
        WorkerBench bench("transcode-worker", {.silence = std::chrono::seconds(2)});
        const auto begin = [&] {
            bench.worker().begin(*find_built_in_profile("default"));
            bench.worker().feed(testing::h264_clip(4));
        };
        begin();
        ASSERT_TRUE(gives_something(bench));
        ASSERT_EQ(::kill(bench.worker().pid(), signal), 0);
        // What is fed to one that hangs it does not take.
        for (int i = 0; i < 20; ++i) {
            bench.worker().feed(testing::h264_clip(4));
        }
        ASSERT_FALSE(bench.outcome());
        begin();
        EXPECT_TRUE(gives_something(bench));
        EXPECT_EQ(bench.worker().starts(), 2U);
    }
}

TEST(TranscodeWorker, SaysWhatItCannotRead) {
    WorkerBench bench("transcode-worker");
    bench.worker().begin(*find_built_in_profile("default"));
    bench.worker().feed(std::string(100'000, 'x'));
    bench.worker().finish();
    const auto outcome = bench.outcome();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), ErrorCode::parse);
}

/// A live stream has no end that could be waited for.
TEST(TranscodeWorker, SaysAtOnceThatItFailed) {
    WorkerBench bench("transcode-worker");
    for (int i = 0; i < 2; ++i) {
        bench.worker().begin(*find_built_in_profile("default"));
        bench.worker().feed(std::string(2'000'000, 'x'));
        const auto outcome = bench.outcome();
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().code(), ErrorCode::parse) << outcome.error().message();
    }
    EXPECT_EQ(bench.worker().starts(), 2U);
}

TEST(TranscodeWorker, MakesABootstrapClipInTheCodecsOfTheProfile) {
    for (const Profile& profile : built_in_profiles()) {
        WorkerBench bench("transcode-worker");
        bench.worker().begin_clip(profile, {.length = std::chrono::milliseconds(1'500)});
        bench.worker().finish();
        const auto outcome = bench.outcome();
        if (profile.video == VideoTarget::copy) {
            ASSERT_FALSE(outcome);
            EXPECT_EQ(outcome.error().code(), ErrorCode::unsupported);
            continue;
        }
        ASSERT_TRUE(outcome) << profile.name << ": " << outcome.error().message();
        const std::string& clip = bench.output();
        EXPECT_THAT(
            test::run_over(clip, "ffmpeg -v error -xerror -i FILE -f null -").output, IsEmpty())
            << profile.name;
        const auto probed = test::run_over(clip,
            "ffprobe -v error -count_frames -show_entries stream=codec_name,nb_read_frames -of "
            "csv=p=0 FILE");
        EXPECT_THAT(probed.output,
            HasSubstr(profile.video == VideoTarget::h264 ? "h264,45" : "mpeg2video,45"))
            << profile.name;
        if (profile.audio == AudioTarget::none) {
            EXPECT_EQ(probed.output.find("\nm"), std::string::npos) << profile.name;
        } else {
            EXPECT_THAT(probed.output, HasSubstr(std::string(to_string(profile.audio)) + ","))
                << profile.name;
        }
        const auto black = test::run_over(clip,
            "ffmpeg -hide_banner -i FILE -vf blackdetect=d=1.3 -af silencedetect=d=1.3 -f null -");
        EXPECT_THAT(black.output, HasSubstr("black_start")) << profile.name;
        if (profile.audio != AudioTarget::none) {
            EXPECT_THAT(black.output, HasSubstr("silence_start")) << profile.name;
        }
    }
}

TEST(TranscodeWorker, ABootstrapClipHasTheRateThatTheTranscodeWillHave) {
    const auto rate_of = [](const char* profile, int numerator, int denominator) {
        WorkerBench bench("transcode-worker");
        bench.worker().begin_clip(*find_built_in_profile(profile),
            {std::chrono::milliseconds(1'000), numerator, denominator});
        bench.worker().finish();
        EXPECT_TRUE(bench.outcome());
        const auto probed =
            test::run_over(bench.output(), "ffprobe -v error -select_streams v -show_entries "
                                           "stream=r_frame_rate -of csv=p=0 FILE");
        return probed.output.substr(0, probed.output.find_first_of(",\n"));
    };
    EXPECT_EQ(rate_of("plexsafe", 25, 1), "25/1");
    EXPECT_EQ(rate_of("plexsafe", 60'000, 1'001), "30000/1001");
    EXPECT_EQ(rate_of("default", 50, 1), "50/1");
    EXPECT_EQ(rate_of("default", 90'000, 1), "30000/1001") << "no rate";
}

TEST(TranscodeWorker, HasTheEncodersOfEveryProfile) {
    for (const Profile& profile : built_in_profiles()) {
        EXPECT_EQ(missing_encoder(profile), "") << profile.name;
    }
}

} // namespace
} // namespace plex_tuner::media
