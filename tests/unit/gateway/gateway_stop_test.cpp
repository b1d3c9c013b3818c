// SPDX-License-Identifier: GPL-3.0-or-later
// stop() in every state of a session; repeated, for the interesting cases are races.
#include "gateway_fixture.hpp"

namespace plex_tuner::testing {
namespace {

const std::string kUrl = "http://origin/live.ts";

class GatewayStopTest : public GatewayTest, public ::testing::WithParamInterface<int> {};

TEST_P(GatewayStopTest, WhileTheUpstreamDoesNotAnswer) {
    add_channel("5", {kUrl});
    origin.on(kUrl, [](const fetch::Request&) {
        FakeAnswer answer;
        answer.hang = true;
        return answer;
    });
    auto viewer = watch("5");
    if (GetParam() % 2 == 0) {
        origin.wait_requested(kUrl);
    }
    stop();
    EXPECT_EQ(viewer->refusal(), "803 System Busy");
}

TEST_P(GatewayStopTest, WhileViewersWatch) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto one = watch("5");
    auto two = watch("5");
    (void)(*one)->wait_bytes(1);
    for (int i = 0; i < GetParam(); ++i) {
        body->push(station.group());
    }
    stop();
    EXPECT_TRUE(one->wait_done(std::chrono::seconds(1)));
    EXPECT_TRUE(two->wait_done(std::chrono::seconds(1)));
    EXPECT_TRUE(body->closed_by_client());
    EXPECT_EQ(watch("5")->refusal(), "803 System Busy");
}

TEST_P(GatewayStopTest, WhileAViewerTakesNothing) {
    options.write_deadline = std::chrono::hours(1);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch_blocked("5");
    if (GetParam() % 2 == 0) {
        (*viewer)->wait_write_begun(1);
    }
    stop();
    EXPECT_TRUE(viewer->wait_done(std::chrono::seconds(1)));
}

TEST_P(GatewayStopTest, WhileLingering) {
    options.linger = std::chrono::hours(1);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    {
        auto viewer = watch("5");
        (void)(*viewer)->wait_bytes(1);
    }
    stop();
    EXPECT_TRUE(body->closed_by_client());
}

TEST_P(GatewayStopTest, WhileWaitingToReconnect) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    body->cut();
    if (GetParam() % 2 == 0) {
        origin.wait_requested(kUrl, 2);
    }
    stop();
    EXPECT_TRUE(viewer->wait_done(std::chrono::seconds(1)));
}

TEST_P(GatewayStopTest, WhileAViewerStillHasTheRestOfALostChannel) {
    options.write_deadline = std::chrono::hours(1);
    options.start_timeout = std::chrono::milliseconds(100);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch_blocked("5");
    (*viewer)->wait_write_begun(1);
    body->cut();
    eventually([&] { return gateway().counters().channels_open == 0; }, "the channel is over");
    stop();
    EXPECT_TRUE(viewer->wait_done(std::chrono::seconds(1)));
}

TEST_P(GatewayStopTest, WhileOneChannelTakesTheTunerOfAnother) {
    options.tuner_count = 1;
    options.linger = std::chrono::hours(1);
    add_channel("5", {kUrl});
    add_channel("6", {"http://origin/other.ts"});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    {
        auto viewer = watch("5");
        (void)(*viewer)->wait_bytes(1);
    }
    auto next = watch("6");
    stop();
    EXPECT_TRUE(next->wait_done(std::chrono::seconds(1)));
}

TEST_P(GatewayStopTest, WhenNothingRuns) {
    add_channel("5", {kUrl});
    (void)gateway();
    stop();
}

INSTANTIATE_TEST_SUITE_P(Repeated, GatewayStopTest, ::testing::Range(0, 6));

} // namespace
} // namespace plex_tuner::testing
