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
    ts::Splicer::Progress progress;
    {
        class Nowhere final : public ts::PacketSink {
            void packets(ts::Bytes) override {}
        } nowhere;

        ts::Splicer splicer(nowhere);
        splicer.hold(true);
        splicer.feed(slate);
        progress = splicer.progress();
    }
    ASSERT_TRUE(progress.first_picture);
    options.slates = {*progress.first_picture};
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    body->push(slate);
    backup->push(Station().group(7, 3'000));
    auto viewer = watch("5");
    eventually([&] { return left_for(FailoverReason::slate) == 1; }, "it is left");
    (void)(*viewer)->wait_bytes(1);
    origin.wait_requested(kBackup);
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
