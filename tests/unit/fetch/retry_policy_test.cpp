// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_policy.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::fetch {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{std::chrono::seconds(1'704'067'200)}; // Mon, 01 Jan 2024 00:00:00 GMT

TEST(RetryAfterTest, ReadsSecondsAndDates) {
    EXPECT_EQ(parse_retry_after("0", kNow), 0s);
    EXPECT_EQ(parse_retry_after(" 120 ", kNow), 120s);
    EXPECT_EQ(parse_retry_after("Mon, 01 Jan 2024 00:01:30 GMT", kNow), 90s);
    EXPECT_EQ(parse_retry_after("Monday, 01-Jan-24 00:00:10 GMT", kNow), 10s);
    EXPECT_EQ(parse_retry_after("Sun, 31 Dec 2023 23:59:59 GMT", kNow), 0s);
}

TEST(RetryAfterTest, UnreadableIsAbsent) {
    for (const std::string_view text : {"", "soon", "-1", "12 minutes", "99999999999999999999"}) {
        EXPECT_EQ(parse_retry_after(text, kNow), std::nullopt) << text;
    }
}

Error status(int code) {
    return Error::from_http_status(code, "x");
}

TEST(RetryWaitTest, ServerErrorsBackOffExponentially) {
    EXPECT_EQ(retry_wait(status(500), {}, 0, 2s), 2s);
    EXPECT_EQ(retry_wait(status(502), {}, 1, 2s), 4s);
    EXPECT_EQ(retry_wait(status(599), {}, 2, 2s), 8s);
    EXPECT_EQ(retry_wait(status(503), 7s, 2, 2s), 7s);
    EXPECT_EQ(retry_wait(status(503), 3600s, 0, 2s), 60s);
    EXPECT_EQ(retry_wait(status(503), {}, 1000, 2s), 60s);
}

TEST(RetryWaitTest, BusyAnswersHaveTheirOwnWaits) {
    EXPECT_EQ(retry_wait(status(429), {}, 2, 2s), 1s);
    EXPECT_EQ(retry_wait(status(429), 5s, 2, 2s), 5s);
    EXPECT_EQ(retry_wait(status(429), 600s, 2, 2s), 60s);
    EXPECT_EQ(retry_wait(status(403), {}, 2, 2s), 5s);
    EXPECT_EQ(retry_wait(status(403), 600s, 2, 2s), 30s);
}

TEST(RetryWaitTest, BrokenAndSilentConnectionsAreTriedAgain) {
    EXPECT_EQ(retry_wait(Error(ErrorCode::network, "reset"), {}, 0, 2s), 2s);
    EXPECT_EQ(retry_wait(Error(ErrorCode::timeout, "silent"), {}, 1, 2s), 4s);
}

TEST(RetryWaitTest, VerdictsAreNot) {
    EXPECT_EQ(retry_wait(status(404), 1s, 0, 2s), std::nullopt);
    EXPECT_EQ(retry_wait(status(204), 1s, 0, 2s), std::nullopt);
    for (const ErrorCode code : {ErrorCode::blocked, ErrorCode::parse, ErrorCode::too_large,
             ErrorCode::disk_full, ErrorCode::cancelled, ErrorCode::empty_body}) {
        EXPECT_EQ(retry_wait(Error(code, "x"), 1s, 0, 2s), std::nullopt);
    }
}

TEST(JitterTest, SpreadsWaitsButNeverBelowWhatTheServerNamed) {
    std::minstd_rand random(1);
    bool earlier = false;
    bool later = false;
    for (int i = 0; i < 1000; ++i) {
        const auto own = jittered(10s, false, random);
        EXPECT_GE(own, 7500ms);
        EXPECT_LE(own, 12'500ms);
        earlier = earlier || own < 9s;
        later = later || own > 11s;
        const auto named = jittered(10s, true, random);
        EXPECT_GE(named, 10s);
        EXPECT_LE(named, 12'500ms);
    }
    EXPECT_TRUE(earlier && later);
}

} // namespace
} // namespace plex_tuner::fetch
