// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

Packet data(std::uint8_t counter, std::uint8_t fill = 1) {
    return payload_packet(kVideoPid, counter, false, ByteVector(184, fill));
}

StreamTotals totals_of(std::initializer_list<Packet> packets) {
    Inspector inspector;
    for (const Packet& packet : packets) {
        inspector.feed(packet);
    }
    return inspector.totals();
}

TEST(Inspector, CountsCleanStream) {
    Inspector inspector;
    TsBuilder builder;
    builder.tables().video(h264::key_frame(), 0, true).audio(0).null().null();
    inspector.feed(builder.bytes());
    EXPECT_EQ(inspector.totals().packets, 6U);
    EXPECT_EQ(inspector.totals().null_packets, 2U);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(
        inspector.pids(), (std::vector<std::uint16_t>{kPatPid, kPmtPid, kVideoPid, kAudioPid}));
    ASSERT_NE(inspector.pid(kVideoPid), nullptr);
    EXPECT_EQ(inspector.pid(kVideoPid)->unit_starts, 1U);
    EXPECT_EQ(inspector.pid(kVideoPid)->random_access, 1U);
    EXPECT_EQ(inspector.pid(0x999), nullptr);
}

TEST(Inspector, CounterRules) {
    EXPECT_EQ(totals_of({data(14), data(15), data(0)}).continuity_errors, 0U);
    EXPECT_EQ(totals_of({data(1), data(3)}).continuity_errors, 1U);
    EXPECT_EQ(totals_of({data(1), data(0)}).continuity_errors, 1U);
    // Adaptation-only packets repeat the counter.
    const Packet pause = adaptation_only_packet(kVideoPid, 1, false);
    EXPECT_EQ(totals_of({data(1), pause, pause, data(2)}).continuity_errors, 0U);
    EXPECT_EQ(
        totals_of({data(1), adaptation_only_packet(kVideoPid, 2, false)}).continuity_errors, 1U);
}

TEST(Inspector, OneExactDuplicateIsAllowed) {
    const StreamTotals once = totals_of({data(1), data(1), data(2)});
    EXPECT_EQ(once.duplicates, 1U);
    EXPECT_EQ(once.continuity_errors, 0U);
    const StreamTotals twice = totals_of({data(1), data(1), data(1), data(2)});
    EXPECT_EQ(twice.duplicates, 1U);
    EXPECT_EQ(twice.continuity_errors, 1U);
    const StreamTotals different = totals_of({data(1, 7), data(1, 8), data(2)});
    EXPECT_EQ(different.duplicates, 0U);
    EXPECT_EQ(different.continuity_errors, 1U);
}

TEST(Inspector, DiscontinuityIndicatorExcuses) {
    const Packet marker = adaptation_only_packet(kVideoPid, 9, true);
    const StreamTotals totals = totals_of({data(1), marker, data(10)});
    EXPECT_EQ(totals.continuity_errors, 0U);
    EXPECT_EQ(totals.discontinuities, 1U);
}

TEST(Inspector, InvalidAndDamagedPackets) {
    Packet reserved = data(1);
    reserved[3] &= 0x0F;
    Packet damaged = data(9);
    damaged[1] |= 0x80;
    const StreamTotals totals = totals_of({data(1), reserved, damaged, data(2)});
    EXPECT_EQ(totals.invalid_packets, 1U);
    EXPECT_EQ(totals.transport_errors, 1U);
    EXPECT_EQ(totals.continuity_errors, 0U);
}

TEST(Inspector, ClocksOverTheWrap) {
    Inspector inspector;
    TsBuilder builder;
    const std::int64_t begin = kTimestampWrap - 2 * 3'600;
    for (int i = 0; i < 5; ++i) {
        builder.video(h264::p_frame(), timestamp_add(begin, i * 3'600));
    }
    inspector.feed(builder.bytes());
    const PidStats& stats = *inspector.pid(kVideoPid);
    EXPECT_EQ(stats.pts.count, 5U);
    EXPECT_EQ(stats.pts.first, begin);
    EXPECT_EQ(stats.pts.last, 2 * 3'600);
    EXPECT_EQ(stats.pts.jumps, 0U);
    EXPECT_EQ(stats.pts.backwards, 0U);
    EXPECT_EQ(stats.pts.min_step, 3'600);
    EXPECT_EQ(stats.pcr.count, 5U);
    EXPECT_EQ(stats.pcr.jumps, 0U);
    EXPECT_EQ(stats.pcr.max_step, 3'600 * 300);
}

TEST(Inspector, ClockJumpsAreCountedUnlessAnnounced) {
    TsBuilder builder;
    builder.video(h264::p_frame(), 0).video(h264::p_frame(), 3'600);
    PesOptions far;
    far.pts = 100 * kTimestampHz;
    far.pcr = 100 * kPcrHz;
    Inspector silent;
    TsBuilder jumped = builder;
    jumped.pes(kVideoPid, h264::p_frame(), far).video(h264::p_frame(), 7'200);
    silent.feed(jumped.bytes());
    EXPECT_EQ(silent.pid(kVideoPid)->pcr.jumps, 2U);
    EXPECT_EQ(silent.pid(kVideoPid)->pcr.backwards, 1U);
    EXPECT_EQ(silent.pid(kVideoPid)->pts.jumps, 2U);
    far.discontinuity = true;
    builder.pes(kVideoPid, h264::p_frame(), far);
    Inspector announced;
    announced.feed(builder.bytes());
    EXPECT_EQ(announced.pid(kVideoPid)->pcr.jumps, 0U);
    EXPECT_EQ(announced.pid(kVideoPid)->pts.jumps, 0U);
    EXPECT_EQ(announced.pid(kVideoPid)->discontinuities, 1U);
}

TEST(Inspector, AtASeamCountersMayStartAnewAndClocksOnlyWithAnother) {
    const auto jump_at = [](bool other_clock) {
        Inspector inspector;
        TsBuilder first;
        first.video(h264::p_frame(), 0).video(h264::p_frame(), 3'600);
        inspector.feed(first.bytes());
        inspector.seam(other_clock);
        TsBuilder second;
        second.set_counter(kVideoPid, 9);
        second.video(h264::p_frame(), 100 * kTimestampHz);
        inspector.feed(second.bytes());
        EXPECT_EQ(inspector.totals().continuity_errors, 0U);
        return inspector.pid(kVideoPid)->pcr.jumps;
    };
    EXPECT_EQ(jump_at(true), 0U);
    EXPECT_EQ(jump_at(false), 1U);
}

} // namespace
} // namespace plex_tuner::ts
