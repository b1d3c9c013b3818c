// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/log/stderr_sink.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <array>
#include <csignal>
#include <future>
#include <set>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <pthread.h>

namespace plex_tuner::net {
namespace {

std::string own_thread_name() {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return name.data();
}

TEST(IoRuntime, RunsWorkOnNamedThreads) {
    IoRuntime runtime(log::Logger(), 3);
    runtime.start();
    std::promise<std::string> name;
    asio::post(runtime.context(), [&] { name.set_value(own_thread_name()); });
    const std::set<std::string> expected = {"io-0", "io-1", "io-2"};
    EXPECT_TRUE(expected.contains(name.get_future().get()));
}

TEST(IoRuntime, BlocksSigpipeOnItsThreads) {
    IoRuntime runtime(log::Logger(), 1);
    runtime.start();
    std::promise<bool> blocked;
    asio::post(runtime.context(), [&] {
        sigset_t mask;
        pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        blocked.set_value(sigismember(&mask, SIGPIPE) == 1);
    });
    EXPECT_TRUE(blocked.get_future().get());
}

TEST(IoRuntime, FinishLetsPendingWorkRunOut) {
    IoRuntime runtime(log::Logger(), 2);
    std::atomic<int> done{0};
    for (int i = 0; i < 100; ++i) {
        asio::post(runtime.context(), [&] { ++done; });
    }
    runtime.start();
    runtime.finish();
    runtime.join();
    EXPECT_EQ(done.load(), 100);
}

TEST(IoRuntime, StopDoesNotWaitForWork) {
    IoRuntime runtime(log::Logger(), 2);
    runtime.start();
    runtime.stop();
    runtime.join();
    EXPECT_TRUE(runtime.context().stopped());
}

TEST(IoRuntime, IsDestroyedWithoutHavingStarted) {
    const IoRuntime runtime(log::Logger(), 2);
    SUCCEED();
}

TEST(IoRuntimeDeathTest, AnEscapedExceptionAborts) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        {
            const log::Logger logger(log::make_stderr_sink({}), "net");
            IoRuntime runtime(logger, 1);
            asio::post(runtime.context(), [] { throw std::runtime_error("bug"); });
            runtime.start();
            runtime.finish();
            runtime.join();
        },
        "exception escaped an io handler.*error=bug");
}

TEST(NameThread, CutsLongNames) {
    std::thread([] {
        name_thread("a-name-that-is-too-long");
        EXPECT_EQ(own_thread_name(), "a-name-that-is-");
    }).join();
}

} // namespace
} // namespace plex_tuner::net
