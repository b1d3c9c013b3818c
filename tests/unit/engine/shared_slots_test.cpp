// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_slots.hpp"
#include "support/temporary_directory.hpp"

#include <optional>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

class SharedSlotsTest : public ::testing::Test {
protected:
    SharedSlotsTest() {
        auto opened = SharedSlots::open(
            directory_.path(), {{.key = "1a2b", .path = "/u/p/", .configured = 2}}, {});
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        slots_ = std::move(*opened);
    }

    template <class T>
    T run(asio::awaitable<T> work) {
        asio::io_context context;
        std::optional<T> result;
        const auto keep = [&]() -> asio::awaitable<void> {
            result = co_await std::move(work);
        };
        auto done = asio::co_spawn(context, keep(), asio::use_future);
        context.run();
        done.get();
        return std::move(*result);
    }

    testing::TemporaryDirectory directory_;
    Url film_ = *Url::parse("http://panel.example/movie/u/p/1.mkv");
    std::unique_ptr<SharedSlots> slots_;
};

TEST_F(SharedSlotsTest, StreamsOfADeviceAreKnownByWhereTheyComeFrom) {
    const auto account = [](const char* key, const char* device) {
        Account account;
        account.key = key;
        account.hdhomerun = *Url::parse(device);
        return account;
    };
    const auto slots = SharedSlots::open(directory_.path(),
        slot_accounts(
            {account("d1", "http://10.0.0.5"), account("d2", "http://10.0.0.6:5004/"), Account()}),
        {});
    ASSERT_TRUE(slots);
    const auto account_of = [&](const char* url) {
        return std::string((*slots)->account_key_of(*Url::parse(url)));
    };
    EXPECT_EQ(account_of("http://10.0.0.5:5004/auto/v5.1"), "d1");
    EXPECT_EQ(account_of("http://10.0.0.5/auto/v5.1"), "d1");
    EXPECT_EQ(account_of("http://10.0.0.6:5004/auto/v5.1"), "d2");
    EXPECT_EQ(account_of("http://10.0.0.6/auto/v5.1"), "");
    EXPECT_EQ(account_of("http://10.0.0.7:5004/auto/v5.1"), "");
}

TEST_F(SharedSlotsTest, WhatCanWaitGetsAConnectionOnlyWhileNoneIsInUse) {
    {
        const auto viewer = run(slots_->take(film_));
        ASSERT_TRUE(viewer.slot);
        EXPECT_TRUE(run(slots_->take_if_idle(film_)).full) << "though there is a second one";
    }
    EXPECT_TRUE(run(slots_->take_if_idle(film_)).full) << "the provider may still count it";
    EXPECT_FALSE(run(slots_->take_if_idle(*Url::parse("http://other.example/1.mkv"))).full);
}

TEST_F(SharedSlotsTest, WhatCanWaitIsOneAtATimeAndYieldsToEverything) {
    {
        const auto waits = run(slots_->take_if_idle(film_));
        ASSERT_TRUE(waits.slot);
        EXPECT_TRUE(run(slots_->take_if_idle(film_)).full);
        const auto viewer = run(slots_->take(film_));
        EXPECT_TRUE(viewer.slot);
        EXPECT_FALSE(run(waits.slot->asked_to_yield())) << "there was a second one";
        EXPECT_TRUE(run(slots_->take_for_vod(film_)).full);
        EXPECT_TRUE(run(waits.slot->asked_to_yield()));
    }
}

} // namespace
} // namespace plex_tuner::engine
