// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

ByteVector tail(const ByteVector& bytes, std::uint64_t offset) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.end()};
}

/// Ten groups of a key frame and four others, with audio between and tables now and then.
TsBuilder sample() {
    TsBuilder builder;
    builder.set_counter(kPatPid, 14);
    builder.set_counter(kPmtPid, 15);
    builder.set_counter(kVideoPid, 7);
    for (int group = 0; group < 10; ++group) {
        if (group % 2 == 0) {
            builder.tables();
        }
        for (int picture = 0; picture < 5; ++picture) {
            const std::int64_t pts = (group * 5 + picture) * 3'600;
            ByteVector frame = picture == 0 ? h264::key_frame() : h264::p_frame();
            frame.insert(frame.end(), 700, 0x77);
            builder.video(frame, pts).audio(pts);
        }
    }
    return builder;
}

std::vector<AccessPoint> scan(StreamScanner& scanner, const ByteVector& bytes, std::size_t chunk) {
    std::vector<AccessPoint> points;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        scanner.feed(Bytes(bytes).subspan(at, std::min(chunk, bytes.size() - at)), at, points);
    }
    return points;
}

/// A viewer who waits is sent the tables before the waiting place and no others, at whatever moment
/// it asks: with those before the point that is found later its counters have no gap.
TEST(StreamScanner, TablesBeforeTheWaitingPlaceLeadToTheNextPoint) {
    TsBuilder builder;
    for (int picture = 0; picture < 12; ++picture) {
        ByteVector frame = picture == 11 ? h264::key_frame() : h264::p_frame();
        frame.insert(frame.end(), 700, 0x77);
        builder.tables().video(frame, picture * 3'600).audio(picture * 3'600);
    }
    const ByteVector& bytes = builder.bytes();
    StreamScanner scanner;
    std::vector<AccessPoint> points;
    std::vector<AccessPoint> places;
    for (std::size_t at = 0; at < bytes.size() && points.empty(); at += kPacketSize) {
        scanner.feed(Bytes(bytes).subspan(at, kPacketSize), at, points);
        if (const auto place = scanner.waiting_place(); place && points.empty()) {
            places.push_back(*place);
        }
    }
    ASSERT_EQ(points.size(), 1U);
    ASSERT_FALSE(places.empty());
    for (const AccessPoint& place : places) {
        ASSERT_LE(place.offset, points[0].offset);
        ByteVector viewer = place.preamble();
        for (std::size_t at = place.offset; at < points[0].offset; at += kPacketSize) {
            const PacketView packet(bytes.data() + at);
            if (packet.pid() == kPatPid || packet.pid() == kPmtPid) {
                viewer.insert(viewer.end(), packet.bytes().begin(), packet.bytes().end());
            }
        }
        const ByteVector rest = tail(bytes, points[0].offset);
        viewer.insert(viewer.end(), rest.begin(), rest.end());
        Inspector inspector;
        inspector.feed(viewer);
        EXPECT_EQ(inspector.totals().continuity_errors, 0U) << place.offset;
    }
}

TEST(StreamScanner, NobodyWaitsWithTablesBeforeThereAreSome) {
    StreamScanner scanner;
    std::vector<AccessPoint> points;
    EXPECT_FALSE(scanner.waiting_place());
    scanner.feed(TsBuilder().pat().bytes(), 0, points);
    EXPECT_FALSE(scanner.waiting_place());
}

TEST(StreamScanner, FindsEachKeyFrameInEveryChunking) {
    const ByteVector bytes = sample().bytes();
    for (std::size_t packets = 1; packets < 30; ++packets) {
        StreamScanner scanner;
        const auto points = scan(scanner, bytes, packets * kPacketSize);
        ASSERT_EQ(points.size(), 10U);
        for (std::size_t i = 0; i < points.size(); ++i) {
            EXPECT_EQ(points[i].pts, static_cast<std::int64_t>(i) * 5 * 3'600);
            const PacketView start(bytes.data() + points[i].offset);
            EXPECT_EQ(start.pid(), kVideoPid);
            EXPECT_TRUE(start.unit_start());
        }
    }
}

TEST(StreamScanner, ViewerWhoJoinsAnywhereGetsACleanStream) {
    const ByteVector bytes = sample().bytes();
    StreamScanner scanner;
    for (const AccessPoint& point : scan(scanner, bytes, bytes.size())) {
        Inspector inspector;
        const ByteVector preamble = point.preamble();
        inspector.feed(preamble);
        inspector.feed(tail(bytes, point.offset));
        EXPECT_EQ(inspector.totals().continuity_errors, 0U);
        EXPECT_EQ(inspector.totals().duplicates, 0U);
        EXPECT_EQ(inspector.totals().discontinuities, 0U);
        EXPECT_EQ(PacketView(preamble.data()).pid(), kPatPid);
        EXPECT_EQ(PacketView(preamble.data() + kPacketSize).pid(), kPmtPid);
    }
}

TEST(StreamScanner, ViewerWhoJumpsGetsMarkersInsteadOfErrors) {
    const ByteVector bytes = sample().bytes();
    StreamScanner scanner;
    const auto points = scan(scanner, bytes, bytes.size());
    Inspector inspector;
    inspector.feed(Bytes(bytes).first(13 * kPacketSize));
    inspector.feed(points[6].jump_preamble());
    inspector.feed(tail(bytes, points[6].offset));
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(inspector.totals().discontinuities, 4U); // PAT, PMT, video, audio
}

TEST(StreamScanner, TablesOfThePointAreThoseBeforeIt) {
    StreamScanner scanner;
    TsBuilder builder;
    builder.tables().video(h264::key_frame(), 0);
    builder.pmt({TsBuilder::stream(kVideoPid, 0x1B), TsBuilder::stream(0x300, 0x81)}, 1);
    builder.video(h264::key_frame(), 3'600);
    std::vector<AccessPoint> points;
    scanner.feed(builder.bytes(), 0, points);
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points[0].tables->pmt.version, 0);
    EXPECT_EQ(points[1].tables->pmt.version, 1);
}

TEST(StreamScanner, LongTablesLeadOverToo) {
    std::vector<ElementaryStream> streams{TsBuilder::stream(kVideoPid, 0x1B)};
    for (std::uint16_t i = 0; i < 60; ++i) {
        streams.push_back(TsBuilder::stream(static_cast<std::uint16_t>(0x200 + i), 0x0F));
    }
    TsBuilder builder;
    builder.set_counter(kPmtPid, 9);
    builder.pat().pmt(streams).video(h264::key_frame(), 0).pat().pmt(streams);
    StreamScanner scanner;
    std::vector<AccessPoint> points;
    scanner.feed(builder.bytes(), 0, points);
    ASSERT_EQ(points.size(), 1U);
    for (const bool jump : {false, true}) {
        Inspector inspector;
        if (jump) {
            inspector.feed(Bytes(builder.bytes()).first(2 * kPacketSize)); // of the PMT only a part
        }
        inspector.feed(jump ? points[0].jump_preamble() : points[0].preamble());
        inspector.feed(tail(builder.bytes(), points[0].offset));
        EXPECT_EQ(inspector.totals().continuity_errors, 0U) << jump;
        EXPECT_EQ(inspector.totals().duplicates, 0U) << jump;
    }
}

TEST(StreamScanner, SeamWithNewProgramNeedsTablesAgain) {
    StreamScanner scanner;
    TsBuilder builder;
    std::vector<AccessPoint> points;
    scanner.feed(builder.tables().bytes(), 0, points);
    scanner.seam(true);
    EXPECT_FALSE(scanner.tables());
    builder.clear();
    builder.video(h264::key_frame(), 0);
    scanner.feed(builder.bytes(), 10'000, points);
    EXPECT_TRUE(points.empty());
    builder.clear();
    builder.tables().video(h264::key_frame(), 0);
    scanner.feed(builder.bytes(), 20'000, points);
    EXPECT_EQ(points.size(), 1U);
}

TEST(StreamScanner, TracksOnlySoManyPids) {
    StreamScanner scanner;
    TsBuilder builder;
    builder.tables();
    for (std::uint16_t pid = 0x400; pid < 0x400 + 2 * StreamScanner::kMaxTrackedPids; ++pid) {
        builder.raw(payload_packet(pid, 0, false, ByteVector(184, 1)));
    }
    builder.video(h264::key_frame(), 0);
    std::vector<AccessPoint> points;
    scanner.feed(builder.bytes(), 0, points);
    ASSERT_EQ(points.size(), 1U);
    EXPECT_EQ(points[0].counters.size(), StreamScanner::kMaxTrackedPids);
}

} // namespace
} // namespace plex_tuner::ts
