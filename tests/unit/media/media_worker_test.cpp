// SPDX-License-Identifier: GPL-3.0-or-later
// The side of the program that is served: what it does about workers that are no good.
#include "worker_bench.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <sys/wait.h>

namespace plex_tuner::media {
namespace {

using ::testing::HasSubstr;
using testing::WorkerBench;

const std::vector<std::string> kAnyInput{std::string(200'000, 'x')};

/// No process of ours is left, not even as a zombie.
bool has_no_children() {
    return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

TEST(MediaWorker, ACrashIsNamedWithItsStatus) {
    WorkerBench bench("crash");
    const auto result = bench.run({}, kAnyInput);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::unavailable);
    EXPECT_THAT(result.error().message(), HasSubstr("exited with status 7"));
    EXPECT_TRUE(bench.run_until(has_no_children));
}

TEST(MediaWorker, OneThatHangsIsKilledAfterItsSilence) {
    for (const char* mode : {"hang", "mute"}) {
        WorkerBench bench(mode, {.silence = std::chrono::milliseconds(100)});
        // More than the socket holds, so that the first does not even take it.
        const auto result = bench.run({}, std::vector<std::string>(40, kAnyInput.front()));
        ASSERT_FALSE(result) << mode;
        EXPECT_EQ(result.error().code(), ErrorCode::timeout);
        EXPECT_THAT(result.error().message(), HasSubstr("silent for 100 ms"));
        EXPECT_TRUE(bench.run_until(has_no_children));
    }
}

TEST(MediaWorker, AnIdleWorkerMayBeSilent) {
    // Long enough for a busy machine: what it is told at the end it has to answer within it.
    WorkerBench bench("worker", {.silence = std::chrono::milliseconds(1'000)});
    bench.worker().begin({.kind = InputKind::packed_audio});
    bench.worker().feed("no frame");
    // Several times the limit passes while it waits for us; that it does is the event awaited.
    (void)bench.run_until(
        [end = std::chrono::steady_clock::now() + std::chrono::milliseconds(2'200)] {
            return std::chrono::steady_clock::now() >= end;
        });
    EXPECT_FALSE(bench.worker().outcome());
    bench.worker().finish();
    EXPECT_THAT(bench.outcome().error().message(), HasSubstr("no frames"));
}

TEST(MediaWorker, MoreThanASegmentCanGiveEndsIt) {
    WorkerBench bench("flood", {.max_output_bytes = 1'000'000});
    const auto result = bench.run({}, kAnyInput);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), HasSubstr("more than a segment can give"));
    EXPECT_LE(bench.output().size(), 1'000'000U);
    EXPECT_TRUE(bench.run_until(has_no_children));
}

TEST(MediaWorker, WhatIsNoTransportStreamIsNotPassedOn) {
    WorkerBench bench("chatter");
    EXPECT_THAT(bench.run({}, kAnyInput).error().message(), HasSubstr("no transport stream"));
    EXPECT_EQ(bench.output(), "");
}

TEST(MediaWorker, AnswersThatNobodyAskedForEndIt) {
    WorkerBench bench("out-of-turn");
    EXPECT_THAT(bench.run({}, kAnyInput).error().message(), HasSubstr("out of turn"));
}

TEST(MediaWorker, AProgramThatIsNotThereIsAnError) {
    boost::asio::io_context io;
    MediaWorker worker(io.get_executor(), {.command = {"/nowhere/worker"}}, [] {});
    worker.begin(Job{});
    worker.feed("x");
    worker.finish();
    ASSERT_TRUE(worker.outcome() && !*worker.outcome());
    EXPECT_THAT(worker.outcome()->error().message(), HasSubstr("starting the media worker"));
    EXPECT_EQ(worker.pid(), -1);
}

TEST(MediaWorker, OneProcessDoesManyJobs) {
    WorkerBench bench;
    const Job job{.kind = InputKind::packed_audio};
    ASSERT_TRUE(bench.run(job, {testing::tone("adts")}));
    const int pid = bench.worker().pid();
    ASSERT_GT(pid, 0);
    ASSERT_FALSE(bench.run(job, {"damaged"}));
    ASSERT_TRUE(bench.run(job, {testing::tone("adts")}));
    EXPECT_EQ(bench.worker().pid(), pid);
    EXPECT_EQ(bench.worker().starts(), 1U);
}

TEST(MediaWorker, OneThatWasKilledIsReplacedForTheNextJob) {
    WorkerBench bench;
    const Job job{.kind = InputKind::packed_audio};
    ASSERT_TRUE(bench.run(job, {testing::tone("adts")}));
    const std::string first = bench.output();
    bench.worker().begin(job);
    bench.worker().feed(testing::tone("adts").substr(0, 30'000));
    ASSERT_TRUE(bench.run_until([&] { return bench.worker().unsent() == 0; }));
    ::kill(bench.worker().pid(), SIGKILL);
    EXPECT_THAT(bench.outcome().error().message(), HasSubstr("killed by signal 9"));
    bench.worker().feed("to nobody");
    bench.worker().finish();
    ASSERT_TRUE(bench.run(job, {testing::tone("adts")}));
    EXPECT_EQ(bench.output(), first) << "the same bytes give the same stream";
    EXPECT_EQ(bench.worker().starts(), 2U);
}

TEST(MediaWorker, AJobGivenUpInTheMiddleDoesNotReachTheNext) {
    WorkerBench bench;
    const Job job{.kind = InputKind::packed_audio};
    bench.worker().begin(job);
    bench.worker().feed(testing::tone("mp3"));
    ASSERT_TRUE(bench.run(job, {testing::tone("adts")}));
    const std::string output = bench.output();
    WorkerBench other;
    ASSERT_TRUE(other.run(job, {testing::tone("adts")}));
    EXPECT_EQ(output, other.output());
}

TEST(MediaWorker, ItsEndLeavesNoProcess) {
    WorkerBench bench("hang");
    bench.worker().begin(Job{});
    bench.worker().feed("x");
    bench.destroy_worker();
    EXPECT_TRUE(bench.run_until(has_no_children));
    {
        WorkerBench never_run_again("hang");
        never_run_again.worker().begin(Job{});
    }
    EXPECT_TRUE(has_no_children());
}

TEST(MediaWorker, SecretsOfTheEnvironmentStayHere) {
    // The helper's worker would have to read its environment to tell; the kernel tells instead.
    ::setenv("PLEX_TUNER_TEST_SECRET", "hunter2", 1);
    WorkerBench bench("hang");
    bench.worker().begin(Job{});
    ASSERT_TRUE(bench.run_until([&] { return bench.worker().unsent() == 0; }));
    std::string environment;
    const std::string name = "/proc/" + std::to_string(bench.worker().pid()) + "/environ";
    std::FILE* file = std::fopen(name.c_str(), "re");
    ASSERT_NE(file, nullptr);
    for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
        environment.push_back(static_cast<char>(c));
    }
    std::fclose(file);
    EXPECT_EQ(environment, "");
}

} // namespace
} // namespace plex_tuner::media
