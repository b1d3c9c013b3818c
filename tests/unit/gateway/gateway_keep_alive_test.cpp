// SPDX-License-Identifier: GPL-3.0-or-later
// What viewers get while a channel has not begun to play.
#include "gateway_fixture.hpp"

#include <plex_tuner/ts/inspector.hpp>

#include <set>

#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using gateway::StartKeepAlive;
using std::chrono::milliseconds;

constexpr const char* kUrl = "http://origin/live.ts";
constexpr const char* kBackup = "http://backup/live.ts";

class GatewayKeepAliveTest : public GatewayTest {
protected:
    void keep_alive(StartKeepAlive kind) {
        options.start_keep_alive = {.kind = kind, .interval = milliseconds(20), .null_packets = 3};
    }

    /// Packets of that PID.
    static std::size_t count(const ByteVector& bytes, std::uint16_t pid) {
        return count_if(bytes, [pid](ts::PacketView packet) { return packet.pid() == pid; });
    }

    static ByteVector without_null(const ByteVector& bytes) {
        ByteVector rest;
        (void)count_if(bytes, [&](ts::PacketView packet) {
            if (packet.pid() != ts::kNullPid) {
                rest.insert(rest.end(), packet.bytes().begin(), packet.bytes().end());
            }
            return true;
        });
        return rest;
    }

    /// Tables and nothing else until the first picture, which is a key frame; no counter has a gap,
    /// and no flag hides one.
    static void expect_clean_after_waiting(const ByteVector& bytes) {
        ts::Inspector inspector;
        inspector.feed(bytes);
        EXPECT_EQ(inspector.totals().continuity_errors, 0U);
        EXPECT_EQ(inspector.totals().discontinuities, 0U);
        const ByteVector rest = without_null(bytes);
        std::size_t at = 0;
        while (at < rest.size() && ts::PacketView(rest.data() + at).pid() != kVideoPid) {
            const std::uint16_t pid = ts::PacketView(rest.data() + at).pid();
            EXPECT_TRUE(pid == ts::kPatPid || pid == kPmtPid) << pid;
            at += ts::kPacketSize;
        }
        ASSERT_GE(at, 2 * ts::kPacketSize);
        expect_clean(ByteVector(
            rest.begin() + static_cast<std::ptrdiff_t>(at - 2 * ts::kPacketSize), rest.end()));
    }

    /// The PMT sections that came, each once.
    static std::set<ByteVector> program_maps(const ByteVector& bytes) {
        std::set<ByteVector> maps;
        ts::SectionAssembler assembler;
        (void)count_if(bytes, [&](ts::PacketView packet) {
            if (packet.pid() == kPmtPid) {
                assembler.feed(packet,
                    [&](ts::Bytes section) { maps.emplace(section.begin(), section.end()); });
            }
            return true;
        });
        return maps;
    }

    /// Pictures of which none can be begun with, among tables and sound.
    static void add_middle(TsBuilder& builder, std::int64_t& pts, int pictures) {
        for (int i = 0; i < pictures; ++i) {
            ByteVector frame = h264::p_frame();
            frame.insert(frame.end(), 2'000, 0x77);
            builder.tables().video(frame, pts).audio(pts);
            pts += 3'600;
        }
    }

    static void add_key_frame(TsBuilder& builder, std::int64_t& pts) {
        ByteVector frame = h264::key_frame();
        frame.insert(frame.end(), 700, 0x77);
        builder.video(frame, pts).audio(pts);
        pts += 3'600;
    }

private:
    template <class Predicate>
    static std::size_t count_if(const ByteVector& bytes, Predicate predicate) {
        std::size_t count = 0;
        for (std::size_t at = 0; at + ts::kPacketSize <= bytes.size(); at += ts::kPacketSize) {
            count += predicate(ts::PacketView(bytes.data() + at)) ? 1 : 0;
        }
        return count;
    }
};

TEST_F(GatewayKeepAliveTest, NullPacketsComeUntilThePictureDoes) {
    keep_alive(StartKeepAlive::null);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    const ByteVector waiting = (*viewer)->wait_bytes(9 * ts::kPacketSize);
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ((*viewer)->header("Content-Type"), "video/mp2t");
    EXPECT_EQ(count(waiting, ts::kNullPid), waiting.size() / ts::kPacketSize);
    Station station;
    body->push(station.group(7));
    body->push(station.group(7));
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 10; }, "it plays");
    expect_clean(without_null((*viewer)->bytes()));
    EXPECT_EQ(announced_discontinuities((*viewer)->bytes()), 0U);
}

TEST_F(GatewayKeepAliveTest, WithoutItNothingComesBeforeThePicture) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    Station station;
    body->push(station.group(7));
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ(count((*viewer)->bytes(), ts::kNullPid), 0U);
}

TEST_F(GatewayKeepAliveTest, TablesAreRepeatedThoughNothingElseComes) {
    keep_alive(StartKeepAlive::psi);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    eventually([&] { return count((*viewer)->bytes(), ts::kNullPid) > 0; }, "bytes come at once");
    TsBuilder builder;
    builder.tables();
    for (int i = 0; i < 8; ++i) {
        builder.null(); // whole packets are taken once the next one has been seen
    }
    body->push(builder.bytes());
    eventually([&] { return count((*viewer)->bytes(), ts::kPatPid) >= 5; }, "tables come");
    builder.clear();
    std::int64_t pts = 90'000;
    add_key_frame(builder, pts);
    add_middle(builder, pts, 20);
    body->push(builder.bytes());
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 15; }, "it plays");
    const ByteVector bytes = (*viewer)->bytes();
    expect_clean_after_waiting(bytes);
    EXPECT_EQ(program_maps(bytes).size(), 1U) << "the tables have changed";
}

TEST_F(GatewayKeepAliveTest, TablesOfARunningStreamLeadOverToItsKeyFrame) {
    keep_alive(StartKeepAlive::psi);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto first = watch("5");
    TsBuilder builder;
    std::int64_t pts = 90'000;
    const auto push = [&] {
        body->push(builder.bytes());
        builder.clear();
    };
    std::unique_ptr<TestViewer> second;
    for (int i = 1; i <= 8; ++i) {
        add_middle(builder, pts, 3);
        push();
        const auto tables = static_cast<std::size_t>(i);
        eventually([&] { return count((*first)->bytes(), ts::kPatPid) >= tables; }, "tables");
        if (i == 4) {
            second = watch("5");
        }
    }
    eventually([&] { return count((*second)->bytes(), ts::kPatPid) >= 1; }, "tables");
    add_middle(builder, pts, 1);
    add_key_frame(builder, pts);
    add_middle(builder, pts, 20);
    push();
    for (auto* viewer : {&first, &second}) {
        eventually([&] { return video_times((**viewer)->bytes()).size() >= 15; }, "it plays");
        expect_clean_after_waiting((**viewer)->bytes());
        EXPECT_EQ(program_maps((**viewer)->bytes()).size(), 1U);
    }
}

TEST_F(GatewayKeepAliveTest, TablesThatLeftTheRingAreASeam) {
    keep_alive(StartKeepAlive::psi);
    options.ring_bytes = 100 * ts::kPacketSize;
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    TsBuilder builder;
    std::int64_t pts = 90'000;
    add_middle(builder, pts, 3);
    body->push(builder.bytes());
    eventually([&] { return count((*viewer)->bytes(), ts::kPatPid) >= 1; }, "tables");
    builder.clear();
    add_middle(builder, pts, 50);
    add_key_frame(builder, pts);
    add_middle(builder, pts, 4);
    body->push(builder.bytes());
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 3; }, "it plays");
    ts::Inspector inspector;
    inspector.feed((*viewer)->bytes());
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_GT(inspector.totals().discontinuities, 0U);
}

TEST_F(GatewayKeepAliveTest, AnotherSourceHasItsTablesAsAnotherVersion) {
    keep_alive(StartKeepAlive::psi);
    add_channel("5", {kUrl, kBackup});
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    auto viewer = watch("5");
    TsBuilder builder;
    builder.tables(0x02); // MPEG-2 pictures
    for (int i = 0; i < 8; ++i) {
        builder.null();
    }
    body->push(builder.bytes());
    eventually([&] { return count((*viewer)->bytes(), ts::kPatPid) >= 2; }, "tables come");
    body->cut();
    Station station;
    backup->push(station.group(7));
    backup->push(station.group(7));
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 10; }, "it plays");
    const ByteVector bytes = (*viewer)->bytes();
    expect_clean_after_waiting(bytes);
    const auto maps = program_maps(bytes);
    EXPECT_EQ(maps.size(), 2U);
    std::set<int> versions;
    for (const ByteVector& section : maps) {
        const auto pmt = ts::parse_pmt(section);
        ASSERT_TRUE(pmt);
        versions.insert(pmt->version);
    }
    EXPECT_EQ(versions, (std::set<int>{0, 1}));
}

TEST_F(GatewayKeepAliveTest, AChannelThatDoesNotStartEndsTheConnection) {
    keep_alive(StartKeepAlive::psi);
    options.start_timeout = milliseconds(300);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    EXPECT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ((*viewer)->header("X-HDHomeRun-Error"), "");
    const ByteVector bytes = (*viewer)->bytes();
    EXPECT_GT(bytes.size(), 0U);
    EXPECT_EQ(count(bytes, ts::kNullPid), bytes.size() / ts::kPacketSize);
}

TEST_F(GatewayKeepAliveTest, WhatFailsSoonerIsStillRefused) {
    keep_alive(StartKeepAlive::null);
    options.start_keep_alive.interval = std::chrono::hours(1);
    add_channel("5", {kUrl});
    origin.serve(kUrl, "gone", 404);
    EXPECT_EQ(watch("5")->refusal(), "807 No Video Data");
}

TEST_F(GatewayKeepAliveTest, AViewerThatLeavesWhileItWaitsClosesTheSource) {
    keep_alive(StartKeepAlive::null);
    options.linger = milliseconds(0);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    (*viewer)->disconnect();
    EXPECT_TRUE(viewer->wait_done());
    body->wait_closed_by_client();
}

} // namespace
} // namespace plex_tuner::testing
