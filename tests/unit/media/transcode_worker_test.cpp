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

TEST(TranscodeWorker, HasTheEncodersOfEveryProfile) {
    for (const Profile& profile : built_in_profiles()) {
        EXPECT_EQ(missing_encoder(profile), "") << profile.name;
    }
}

} // namespace
} // namespace plex_tuner::media
