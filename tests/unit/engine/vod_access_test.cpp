// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"
#include "vod_access.hpp"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

class VodAccessTest : public ::testing::Test {
protected:
    /// Asks without waiting, and tells how the request went; false: there was no permit.
    bool request(int status, std::optional<std::chrono::seconds> retry_after = {}) {
        asio::io_context context;
        auto asked = asio::co_spawn(context, ask(status, retry_after), asio::use_future);
        context.run();
        return asked.get();
    }

private:
    [[nodiscard]] static IndexOptions options() {
        IndexOptions options;
        options.requests_per_second = 1'000;
        return options;
    }

    asio::awaitable<bool> ask(int status, std::optional<std::chrono::seconds> retry_after) {
        auto permit = co_await access_.permit(
            fetch::Request(*Url::parse("http://provider.example/movie/1.mkv")), milliseconds(0));
        if (permit) {
            (*permit)->report({.status = status,
                .retry_after = retry_after,
                .cloudflare = false,
                .network_error = false});
        }
        co_return permit.has_value();
    }

    testing::TemporaryDirectory directory_;
    std::unique_ptr<SharedGovernor> governor_ =
        *SharedGovernor::open(directory_.path(), log::Logger(), std::nullopt);
    VodAccess access_{nullptr, governor_.get(), options()};
};

TEST_F(VodAccessTest, AFileThatIsRefusedSaysNothingOfTheNext) {
    EXPECT_TRUE(request(403));
    EXPECT_TRUE(request(206));
    for (int i = 0; i < 19; ++i) {
        EXPECT_TRUE(request(403)) << i;
    }
    EXPECT_TRUE(request(206));
}

TEST_F(VodAccessTest, ManyThatAreRefusedInARowAreAMatterOfTheAccount) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(request(403)) << i;
    }
    EXPECT_FALSE(request(206));
}

TEST_F(VodAccessTest, WhatTheServerSaysOfItselfHoldsForAll) {
    EXPECT_TRUE(request(429, std::chrono::seconds(60)));
    EXPECT_FALSE(request(206));
}

TEST_F(VodAccessTest, ARefusalThatNamesATimeHoldsForAll) {
    EXPECT_TRUE(request(403, std::chrono::seconds(60)));
    EXPECT_FALSE(request(206));
}

} // namespace
} // namespace plex_tuner::engine
