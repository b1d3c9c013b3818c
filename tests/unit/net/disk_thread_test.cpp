// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/disk_thread.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <fstream>
#include <future>
#include <string>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

namespace plex_tuner::net {
namespace {

TEST(DiskThreadTest, OthersGoOnWhileItWaits) {
    asio::io_context context;
    std::promise<void> others_ran;
    std::string order;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            const auto before = std::this_thread::get_id();
            const std::thread::id there = co_await on_disk([&others_ran] {
                // Never fulfilled if this held up the thread of the context.
                others_ran.get_future().wait_for(std::chrono::seconds(20));
                return std::this_thread::get_id();
            });
            EXPECT_NE(there, before);
            EXPECT_EQ(std::this_thread::get_id(), before);
            order += "disk";
        },
        asio::detached);
    asio::post(context, [&] {
        order += "others ";
        others_ran.set_value();
    });
    context.run();
    EXPECT_EQ(order, "others disk");
}

TEST(DiskThreadTest, TheContextEndsAfterTheWorkUnderWay) {
    std::promise<void> begun;
    bool ended = false;
    {
        asio::io_context context;
        asio::co_spawn(
            context,
            [&]() -> asio::awaitable<void> {
                co_await on_disk([&] {
                    begun.set_value();
                    std::this_thread::yield();
                    ended = true;
                    return 0;
                });
                ADD_FAILURE() << "nobody runs the context any more";
            },
            asio::detached);
        context.poll();
        begun.get_future().wait();
    }
    EXPECT_TRUE(ended);
}

TEST(DiskThreadTest, ACancelledWaiterGoesOnWhenTheWorkIsDone) {
    asio::io_context context;
    asio::cancellation_signal cancel;
    std::promise<void> may_end;
    bool ended = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            co_await on_disk([&] {
                may_end.get_future().wait_for(std::chrono::seconds(20));
                ended = true;
                return 0;
            });
            EXPECT_TRUE(ended);
        },
        asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    asio::post(context, [&] {
        cancel.emit(asio::cancellation_type::terminal);
        may_end.set_value();
    });
    context.run();
    EXPECT_TRUE(ended);
}

TEST(DiskThreadTest, WhatWasJustWrittenIsInMemory) {
    const std::string path = ::testing::TempDir() + "/disk_thread_" + std::to_string(::getpid());
    std::ofstream(path) << std::string(300'000, 'x');
    const auto file = open_file_body(path);
    ::unlink(path.c_str());
    ASSERT_TRUE(file);
    EXPECT_TRUE(is_in_memory(*file->descriptor, 0, file->length));
    EXPECT_TRUE(is_in_memory(*file->descriptor, 299'999, 1'000'000)) << "the end waits for nothing";
}

TEST(DiskThreadTest, WhatAFileSystemDoesNotTellMayHaveToBeWaitedFor) {
    const auto file = open_file_body("/proc/self/status");
    ASSERT_TRUE(file);
    EXPECT_FALSE(is_in_memory(*file->descriptor, 0, 100));
}

} // namespace
} // namespace plex_tuner::net
