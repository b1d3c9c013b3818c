// SPDX-License-Identifier: GPL-3.0-or-later
// What is of no use is left, and viewers stay while there is hope.
#include "gateway_fixture.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using gateway::FailoverReason;
using std::chrono::milliseconds;

constexpr const char* kUrl = "http://origin/live.ts";
constexpr const char* kBackup = "http://backup/live.ts";

class GatewayFailoverTest : public GatewayTest {
protected:
    [[nodiscard]] std::uint64_t left_for(FailoverReason reason) {
        return gateway().counters().failovers[static_cast<std::size_t>(reason)];
    }

    /// Of the first key frame, as SLATES takes it.
    static std::optional<std::uint64_t> picture_of(const ByteVector& bytes) {
        class Nowhere final : public ts::PacketSink {
            void packets(ts::Bytes) override {}
        } nowhere;

        ts::Splicer splicer(nowhere);
        splicer.hold(true);
        splicer.feed(bytes);
        return splicer.progress().first_picture;
    }

    static std::size_t null_packets(const ByteVector& bytes) {
        std::size_t count = 0;
        for (std::size_t at = 0; at < bytes.size(); at += ts::kPacketSize) {
            count += ts::PacketView(bytes.data() + at).pid() == ts::kNullPid ? 1 : 0;
        }
        return count;
    }
};

TEST_F(GatewayFailoverTest, ViewersAreSentNullPacketsWhileNothingComes) {
    options.upstream_limits.stall = milliseconds(200);
    options.start_timeout = std::chrono::seconds(3);
    options.recovery_timeout = std::chrono::seconds(30);
    add_channel("5", {kUrl});
    auto first = origin.open(kUrl);
    Station station;
    first->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    eventually([&] { return null_packets((*viewer)->bytes()) >= 14; }, "the connection is kept");
    auto second = origin.open(kUrl);
    station.restart();
    second->push(station.group(7));
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 4 + 6; }, "it goes on");
    EXPECT_GE(left_for(FailoverReason::stall), 1U);
    ts::Inspector inspector;
    inspector.feed((*viewer)->bytes());
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
}

TEST_F(GatewayFailoverTest, ViewersAreLetGoWhenThereIsNoHope) {
    options.upstream_limits.stall = milliseconds(200);
    options.recovery_timeout = milliseconds(600);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch("5");
    EXPECT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 200);
}

TEST_F(GatewayFailoverTest, AProgramWithoutPicturesAndSoundIsLeftForTheNext) {
    add_channel("5", {kUrl, kBackup});
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    Station station;
    backup->push(station.group(7));
    TsBuilder data;
    data.pat().pmt({TsBuilder::stream(0x200, 0x86)});
    auto viewer = watch("5");
    origin.wait_requested(kUrl);
    eventually(
        [&] {
            body->push(data.bytes());
            return left_for(FailoverReason::no_media) == 1;
        },
        "it is left");
    (void)(*viewer)->wait_bytes(1);
    expect_clean((*viewer)->bytes());
}

TEST_F(GatewayFailoverTest, AListedPictureIsLeftForTheNext) {
    Station station;
    const ByteVector slate = station.group();
    add_channel("5", {kUrl, kBackup});
    ASSERT_TRUE(picture_of(slate));
    options.slates = {*picture_of(slate)};
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    body->push(slate);
    backup->push(Station().group(7, 3'000));
    auto viewer = watch("5");
    eventually([&] { return left_for(FailoverReason::slate) == 1; }, "it is left");
    (void)(*viewer)->wait_bytes(1);
    origin.wait_requested(kBackup);
}

TEST_F(GatewayFailoverTest, AListedPictureIsNeverShown) {
    Station station;
    const ByteVector slate = station.group();
    ASSERT_TRUE(picture_of(slate));
    options.slates = {*picture_of(slate)};
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    origin.wait_requested(kUrl);
    body->push(slate);
    EXPECT_TRUE(viewer->wait_done());
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    EXPECT_EQ(left_for(FailoverReason::slate), 1U);
}

TEST_F(GatewayFailoverTest, AServerIsAskedAgainWhenItSays) {
    add_channel("5", {kUrl});
    Station station;
    auto body = std::make_shared<FakeBody>();
    body->push(station.group());
    std::atomic<int> asked{0};
    std::atomic<SteadyTime> refused_at{SteadyTime{}};
    std::atomic<SteadyTime> asked_again{SteadyTime{}};
    origin.on(kUrl, [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = body;
        if (asked++ == 0) {
            refused_at = std::chrono::steady_clock::now();
            answer.status = 429;
            answer.headers.emplace_back("Retry-After", "1");
            answer.body = std::make_shared<FakeBody>();
            answer.body->finish();
        } else {
            asked_again = std::chrono::steady_clock::now();
        }
        return answer;
    });
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ(asked, 2);
    EXPECT_GE(asked_again.load() - refused_at.load(), std::chrono::seconds(1)) << "not before";
}

TEST_F(GatewayFailoverTest, AServerThatWantsToBeLeftAloneForLongerIsNotWaitedFor) {
    add_channel("5", {kUrl});
    origin.on(kUrl, [](const fetch::Request&) {
        FakeAnswer answer;
        answer.status = 503;
        answer.headers.emplace_back("Retry-After", "3000");
        answer.body = std::make_shared<FakeBody>();
        answer.body->finish();
        return answer;
    });
    auto viewer = watch("5");
    EXPECT_TRUE(viewer->wait_done());
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    EXPECT_EQ(origin.count(kUrl), 1U);
}

TEST_F(GatewayFailoverTest, ThereIsOneMoreTryBeforeViewersAreLetGo) {
    options.recovery_timeout = milliseconds(3'000);
    add_channel("5", {kUrl});
    Station station;
    auto first = std::make_shared<FakeBody>();
    auto second = std::make_shared<FakeBody>();
    first->push(station.group());
    station.restart();
    second->push(station.group(7));
    std::atomic<int> asked{0};
    // Refused once, it would be left alone for longer than viewers are kept.
    origin.on(kUrl, [&](const fetch::Request&) {
        FakeAnswer answer;
        const int count = asked++;
        answer.body = count == 0 ? first : count == 1 ? std::make_shared<FakeBody>() : second;
        if (count == 1) {
            answer.status = 403;
            answer.body->finish();
        }
        return answer;
    });
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    first->cut();
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 4 + 6; }, "it goes on");
    EXPECT_EQ(asked, 3);
}

TEST_F(GatewayFailoverTest, EachReasonIsCounted) {
    add_channel("5", {kUrl, kBackup});
    origin.serve(kUrl, "gone", 404);
    origin.serve(kBackup, "<html></html>");
    auto viewer = watch("5");
    EXPECT_TRUE(viewer->wait_done());
    EXPECT_EQ(left_for(FailoverReason::refused), 1U);
    EXPECT_EQ(left_for(FailoverReason::wrong_content), 1U);
}

} // namespace
} // namespace plex_tuner::testing
