// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"
#include "recording_governor.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/fetch/download.hpp>

#include <atomic>

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

class GovernedTest : public FetchTest {
protected:
    GovernedTest() {
        options_.retry_base = 1ms;
        options_.governor = &governor_;
    }

    Result<Download> fetch(const Url& url) {
        return run(download(*client_, Request(url), directory_.path() / "body", options_, {}));
    }

    plex_tuner::testing::TemporaryDirectory directory_;
    DownloadOptions options_;
    RecordingGovernor governor_;
};

TEST_F(GovernedTest, EveryTryOfADownloadHasAPermitAndAVerdict) {
    std::atomic<int> asked{0};
    ScriptedOrigin origin(ScriptedOrigin::answering([&](const std::string&) {
        return asked++ == 0 ? response(503, "busy", "Retry-After: 0\r\nServer: cloudflare\r\n")
                            : response(200, "#EXTM3U\n");
    }));
    ASSERT_TRUE(fetch(origin.url("/list")));
    EXPECT_EQ(governor_.asked, 2);
    EXPECT_EQ(governor_.held, 0);
    EXPECT_EQ(governor_.most_held, 1);
    ASSERT_EQ(governor_.outcomes.size(), 2U);
    EXPECT_EQ(governor_.outcomes[0].status, 503);
    EXPECT_EQ(governor_.outcomes[0].retry_after, 0s);
    EXPECT_TRUE(governor_.outcomes[0].cloudflare);
    EXPECT_EQ(governor_.outcomes[1].status, 200);
    EXPECT_FALSE(governor_.outcomes[1].network_error);
}

TEST_F(GovernedTest, ChallengePageWithStatus200CountsAsAFault) {
    options_.retries = 0;
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string&) {
        return response(200, "<!DOCTYPE html><html><title>Just a moment...</title></html>");
    }));
    ASSERT_FALSE(fetch(origin.url("/list")));
    ASSERT_EQ(governor_.outcomes.size(), 1U);
    EXPECT_EQ(governor_.outcomes[0].status, 503);
}

TEST_F(GovernedTest, BrokenConnectionIsReported) {
    options_.retries = 0;
    ScriptedOrigin origin([](Connection& connection) {
        (void)connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n#EXTM3U");
    });
    ASSERT_FALSE(fetch(origin.url("/list")));
    ASSERT_EQ(governor_.outcomes.size(), 1U);
    EXPECT_TRUE(governor_.outcomes[0].network_error);
}

TEST_F(GovernedTest, WithoutAPermitNothingIsSent) {
    governor_.refusal = Error(ErrorCode::unavailable, "left alone for ten minutes");
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); }));
    const auto result = fetch(origin.url("/list"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(), "left alone for ten minutes");
    EXPECT_EQ(governor_.asked, 1) << "asking again at once would be no different";
    EXPECT_THAT(origin.requests(), ::testing::IsEmpty());
}

TEST_F(GovernedTest, SmallRequestsAreGovernedToo) {
    ScriptedOrigin origin(ScriptedOrigin::answering(
        [](const std::string&) { return response(429, "slow down", "Retry-After: 7\r\n"); }));
    const auto answer =
        run(governed_get(*client_, governor_, Request(origin.url("/api")), kPlenty, 1s));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->head.status, 429);
    ASSERT_EQ(governor_.outcomes.size(), 1U);
    EXPECT_EQ(governor_.outcomes[0].retry_after, 7s);
    EXPECT_EQ(governor_.held, 0);
}

} // namespace
} // namespace plex_tuner::fetch::testing
