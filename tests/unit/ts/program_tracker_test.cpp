// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/program_tracker.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

/// Feeds all packets; returns how many of them changed the tables.
int feed(ProgramTracker& tracker, const ByteVector& bytes) {
    int changes = 0;
    for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
        changes += tracker.feed(PacketView(bytes.data() + at)) ? 1 : 0;
    }
    return changes;
}

Pmt pmt_of(std::uint16_t program, std::uint16_t pid) {
    return {.program_number = program,
        .pcr_pid = pid,
        .descriptors = {},
        .streams = {TsBuilder::stream(pid, 0x1B)}};
}

TEST(ProgramTracker, LearnsTables) {
    ProgramTracker tracker;
    TsBuilder builder;
    EXPECT_EQ(feed(tracker, builder.tables().bytes()), 1);
    ASSERT_TRUE(tracker.tables());
    const ProgramTables& tables = *tracker.tables();
    EXPECT_EQ(tables.pmt_pid, kPmtPid);
    EXPECT_EQ(tables.pmt.pcr_pid, kVideoPid);
    ASSERT_NE(tables.video(), nullptr);
    ASSERT_NE(tables.audio(), nullptr);
    EXPECT_EQ(tables.video()->pid, kVideoPid);
    EXPECT_EQ(tables.audio()->pid, kAudioPid);
    EXPECT_EQ(tables.stream(kAudioPid)->codec, Codec::aac_adts);
    EXPECT_EQ(tables.stream(0x77), nullptr);
    EXPECT_EQ(parse_pmt(tables.pmt_section)->streams.size(), 2U);
}

TEST(ProgramTracker, RepetitionsChangeNothing) {
    ProgramTracker tracker;
    TsBuilder builder;
    for (int i = 0; i < 50; ++i) {
        builder.tables();
    }
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
}

TEST(ProgramTracker, PublishesNewVersion) {
    ProgramTracker tracker;
    TsBuilder builder;
    feed(tracker, builder.tables().bytes());
    const auto before = tracker.tables();
    builder.clear();
    builder.pmt({TsBuilder::stream(0x200, 0x24)}, 1);
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
    EXPECT_EQ(tracker.tables()->video()->codec, Codec::hevc);
    EXPECT_EQ(before->video()->codec, Codec::h264); // what was published stays as it was
}

TEST(ProgramTracker, IgnoresTablesOfTheFuture) {
    ProgramTracker tracker;
    TsBuilder builder;
    feed(tracker, builder.tables().bytes());
    Pmt next = pmt_of(1, 0x300);
    next.current = false;
    builder.clear();
    builder.section(kPmtPid, write_pmt(next));
    builder.section(kPatPid,
        write_pat({.version = 1, .current = false, .programs = {{.number = 9, .pid = 0x999}}}));
    EXPECT_EQ(feed(tracker, builder.bytes()), 0);
    EXPECT_EQ(tracker.pmt_pid(), kPmtPid);
}

TEST(ProgramTracker, TakesFirstProgramAndSkipsNetworkPid) {
    ProgramTracker tracker;
    TsBuilder builder;
    builder.section(
        kPatPid, write_pat({.programs = {{.number = 0, .pid = 0x10}, {.number = 7, .pid = 0x700},
                                {.number = 8, .pid = 0x800}}}));
    builder.section(0x800, write_pmt(pmt_of(8, 0x801)));
    builder.section(0x700, write_pmt(pmt_of(7, 0x701)));
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
    EXPECT_EQ(tracker.tables()->pmt.program_number, 7);
}

TEST(ProgramTracker, TellsProgramsApartThatShareAPmtPid) {
    ProgramTracker tracker;
    TsBuilder builder;
    builder.section(kPatPid,
        write_pat({.programs = {{.number = 7, .pid = 0x700}, {.number = 8, .pid = 0x700}}}));
    builder.section(0x700, write_pmt(pmt_of(8, 0x801)));
    builder.section(0x700, write_pmt(pmt_of(7, 0x701)));
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
    EXPECT_EQ(tracker.tables()->pmt.program_number, 7);
}

TEST(ProgramTracker, StaysWithItsProgramWhenTheOrderChanges) {
    ProgramTracker tracker;
    TsBuilder builder;
    builder.section(kPatPid, write_pat({.programs = {{.number = 7, .pid = 0x700}}}));
    builder.section(0x700, write_pmt(pmt_of(7, 0x701)));
    builder.section(
        kPatPid, write_pat({.version = 1,
                     .programs = {{.number = 6, .pid = 0x600}, {.number = 7, .pid = 0x700}}}));
    feed(tracker, builder.bytes());
    EXPECT_EQ(tracker.tables()->pmt.program_number, 7);
    EXPECT_EQ(tracker.tables()->pat.version, 1);
}

TEST(ProgramTracker, PassesOverProgramWithoutPmt) {
    ProgramTracker tracker;
    TsBuilder builder;
    const ByteVector pat =
        write_pat({.programs = {{.number = 7, .pid = 0x700}, {.number = 8, .pid = 0x800}}});
    for (int i = 0; i < ProgramTracker::kPatientPats + 2; ++i) {
        builder.section(kPatPid, pat).section(0x800, write_pmt(pmt_of(8, 0x801)));
    }
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
    EXPECT_EQ(tracker.tables()->pmt.program_number, 8);
}

TEST(ProgramTracker, FollowsMovedPmtAndKeepsOldTablesMeanwhile) {
    ProgramTracker tracker;
    TsBuilder builder;
    feed(tracker, builder.tables().bytes());
    builder.clear();
    builder.pat(1, 0x1500);
    EXPECT_EQ(feed(tracker, builder.bytes()), 0);
    EXPECT_EQ(tracker.tables()->pmt_pid, kPmtPid);
    builder.clear();
    builder.pmt({TsBuilder::stream(0x300, 0x02)}, 0, 0x1500);
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
    EXPECT_EQ(tracker.tables()->pmt_pid, 0x1500);
    EXPECT_EQ(tracker.tables()->pat.version, 1);
}

TEST(ProgramTracker, DamageIsCountedAndHarmless) {
    ProgramTracker tracker;
    TsBuilder builder;
    feed(tracker, builder.tables().bytes());
    builder.clear();
    ByteVector section = write_pmt(pmt_of(1, 0x300));
    section[10] ^= 1;
    builder.section(kPmtPid, section);
    EXPECT_EQ(feed(tracker, builder.bytes()), 0);
    EXPECT_EQ(tracker.damaged_sections(), 1U);
    EXPECT_EQ(tracker.tables()->video()->pid, kVideoPid);
}

TEST(ProgramTracker, ResetForgets) {
    ProgramTracker tracker;
    TsBuilder builder;
    feed(tracker, builder.tables().bytes());
    tracker.reset();
    EXPECT_FALSE(tracker.tables());
    EXPECT_EQ(feed(tracker, builder.bytes()), 1);
}

} // namespace
} // namespace plex_tuner::ts
