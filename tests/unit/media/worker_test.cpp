// SPDX-License-Identifier: GPL-3.0-or-later
// What the real worker makes of real and of hostile media.
#include "support/ts_facts.hpp"
#include "worker_bench.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <random>

#include <gmock/gmock.h>

namespace plex_tuner::media {
namespace {

using testing::fmp4_files;
using ::testing::HasSubstr;
using testing::WorkerBench;

constexpr std::uint16_t kVideoPid = 0x100;
constexpr std::uint16_t kAudioPid = 0x101;
constexpr Job kMp4{.kind = InputKind::mp4};
constexpr Job kPackedAudio{.kind = InputKind::packed_audio};

struct Seen {
    ts::Inspector inspector;
    std::shared_ptr<const ts::ProgramTables> tables;
};

Seen look_at(const std::string& stream) {
    Seen seen;
    const ts::Bytes bytes = ts::bytes_of(stream);
    seen.inspector.feed(bytes);
    ts::ProgramTracker tracker;
    for (std::size_t at = 0; at < bytes.size(); at += ts::kPacketSize) {
        tracker.feed(ts::PacketView(bytes.data() + at));
    }
    seen.tables = tracker.tables();
    return seen;
}

std::int64_t first_pts(const Seen& seen, std::uint16_t pid) {
    const ts::PidStats* stats = seen.inspector.pid(pid);
    return stats != nullptr ? stats->pts.first.value_or(-1) : -1;
}

std::string segment(int number) {
    return fmp4_files().at("list" + std::to_string(number) + ".m4s");
}

const std::string& init_section() {
    return fmp4_files().at("init.mp4");
}

/// A box of ISO/IEC 14496-12 that claims a size of its own.
std::string box(const std::string& type, const std::string& body, std::uint32_t size) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(size >> shift & 0xff));
    }
    return bytes + type + body;
}

TEST(Worker, FragmentedMp4BecomesATransportStream) {
    WorkerBench bench;
    ASSERT_TRUE(bench.run(kMp4, {init_section(), segment(0)}));
    const Seen seen = look_at(bench.output());
    ASSERT_TRUE(seen.tables);
    ASSERT_NE(seen.tables->video(), nullptr);
    ASSERT_NE(seen.tables->audio(), nullptr);
    EXPECT_EQ(seen.tables->video()->codec, ts::Codec::h264);
    EXPECT_EQ(seen.tables->audio()->codec, ts::Codec::aac_adts);
    EXPECT_EQ(seen.inspector.pid(kVideoPid)->pts.count, 50U);
    const testing::TsFacts facts = testing::inspect_ts(bench.output());
    EXPECT_TRUE(facts.aligned);
    EXPECT_TRUE(facts.begins_with_key_frame);
    EXPECT_THAT(std::vector(facts.first_pids.begin(), facts.first_pids.begin() + 3),
        ::testing::ElementsAre(0x11, 0, 0x1000));
}

TEST(Worker, TimesGoOnFromSegmentToSegment) {
    WorkerBench bench;
    std::string all;
    for (int i = 0; i < 4; ++i) {
        const auto result = bench.run(kMp4, {init_section(), segment(i)});
        ASSERT_TRUE(result) << result.error().message();
        const Seen seen = look_at(bench.output());
        // 25 pictures a second; the first is shown two pictures after it is decoded.
        EXPECT_EQ(first_pts(seen, kVideoPid), i * 180'000 + 7'200);
        EXPECT_LT(std::abs(first_pts(seen, kAudioPid) - i * 180'000), 10'000);
        all += bench.output();
    }
    const Seen seen = look_at(all);
    EXPECT_EQ(seen.inspector.pid(kVideoPid)->dts.backwards, 0U);
    EXPECT_EQ(seen.inspector.pid(kVideoPid)->pcr.backwards, 0U);
    EXPECT_EQ(seen.inspector.pid(kVideoPid)->pcr.jumps, 0U);
    EXPECT_EQ(seen.inspector.pid(kAudioPid)->pts.backwards, 0U);
    EXPECT_EQ(seen.inspector.pid(kAudioPid)->pts.jumps, 0U);
}

TEST(Worker, EveryChunkingGivesTheSame) {
    WorkerBench bench;
    ASSERT_TRUE(bench.run(kMp4, {init_section(), segment(1)}));
    const std::string whole = bench.output();
    std::vector<std::string> crumbs;
    const std::string input = init_section() + segment(1);
    for (std::size_t at = 0; at < input.size(); at += 777) {
        crumbs.push_back(input.substr(at, 777));
    }
    ASSERT_TRUE(bench.run(kMp4, crumbs));
    EXPECT_EQ(bench.output(), whole);
}

TEST(Worker, TheVersionOfTheTablesIsTheJobs) {
    WorkerBench bench;
    Job job = kMp4;
    job.tables_version = 7;
    ASSERT_TRUE(bench.run(job, {init_section(), segment(0)}));
    EXPECT_EQ(look_at(bench.output()).tables->pmt.version, 7);
}

TEST(Worker, PackedAudioBeginsAtTheTimeOfItsTag) {
    const std::pair<const char*, ts::Codec> formats[] = {{"adts", ts::Codec::aac_adts},
        {"mp3", ts::Codec::mpeg_audio}, {"ac3", ts::Codec::ac3}, {"eac3", ts::Codec::eac3}};
    WorkerBench bench;
    for (const auto& [format, codec] : formats) {
        const auto result =
            bench.run(kPackedAudio, {testing::id3_time_tag(900'000), testing::tone(format)});
        ASSERT_TRUE(result) << format << ": " << result.error().message();
        const Seen seen = look_at(bench.output());
        ASSERT_TRUE(seen.tables && seen.tables->audio() != nullptr) << format;
        EXPECT_EQ(seen.tables->audio()->codec, codec) << format;
        EXPECT_EQ(seen.tables->pmt.pcr_pid, kAudioPid);
        EXPECT_EQ(first_pts(seen, kAudioPid), 900'000) << format;
        EXPECT_NEAR(static_cast<double>(result->end_time), 900'000 + 8 * 90'000, 9'000) << format;
    }
}

TEST(Worker, PackedAudioWithoutATagGoesOnWhereItIsTold) {
    WorkerBench bench;
    Job job = kPackedAudio;
    job.start_time = ts::kTimestampWrap - 90'000;
    const auto result = bench.run(job, {testing::tone("adts")});
    ASSERT_TRUE(result);
    EXPECT_EQ(first_pts(look_at(bench.output()), kAudioPid), job.start_time);
    EXPECT_NEAR(static_cast<double>(result->end_time), 7 * 90'000, 9'000) << "past the wrap";
}

TEST(Worker, SegmentsOfPackedAudioJoinWithoutAGap) {
    WorkerBench bench;
    std::int64_t end = 450'000;
    for (const std::string& packed : testing::packed_aac_segments(450'000)) {
        const auto result = bench.run(kPackedAudio, {packed});
        ASSERT_TRUE(result);
        EXPECT_EQ(first_pts(look_at(bench.output()), kAudioPid), end);
        end = result->end_time;
    }
    EXPECT_GT(end, 450'000 + 7 * 90'000);
}

TEST(Worker, HostileInputIsRefusedByName) {
    const std::string half = segment(0).substr(0, 300);
    const std::pair<std::vector<std::string>, const char*> cases[] = {
        {{std::string(100'000, 'x')}, "Invalid data"},
        {{}, "Invalid data"},
        {{init_section()}, "no samples"},
        {{segment(0)}, "Invalid data"},
        {{init_section(), half}, "End of file"},
        {{box("moov", std::string(300'000, '\0'), 0x7fffffff)}, ""},
        {{box("ftyp", "isom", 0xffffffff)}, ""},
        {{init_section(), box("moof", std::string(2'000, '\xff'), 2'008)}, ""},
    };
    WorkerBench bench;
    for (const auto& [input, text] : cases) {
        const auto result = bench.run(kMp4, input);
        ASSERT_FALSE(result) << text;
        EXPECT_THAT(result.error().message(), HasSubstr(text));
        EXPECT_EQ(result.error().code(), ErrorCode::parse);
        EXPECT_EQ(bench.output(), "");
    }
    EXPECT_THAT(bench.run(kPackedAudio, {std::string(100'000, '\xff')}).error().message(),
        HasSubstr("no frames"));
    EXPECT_THAT(
        bench.run(kPackedAudio, {std::string("ID3\x04\0\0\x7f\x7f\x7f\x7f", 10)}).error().message(),
        HasSubstr("too large"));
    EXPECT_EQ(bench.worker().starts(), 1U) << "none of it ended the process";
}

TEST(Worker, AMoovWithoutEndCostsItNoMoreThanItMayHave) {
    WorkerBench bench;
    bench.worker().begin(kMp4);
    bench.worker().feed(box("moov", "", 0x7fffffff));
    // Tables that claim to be endless, one in the other.
    const std::string table =
        box("trak", box("mdia", box("minf", "", 0x7fffff00), 0x7fffff10), 0x7fffff20);
    for (int i = 0; i < 64; ++i) {
        std::string piece = table;
        piece.resize(1'000'000, '\x01');
        bench.worker().feed(piece);
        ASSERT_TRUE(bench.run_until([&] {
            return bench.worker().unsent() < 1'000'000 || bench.worker().outcome().has_value();
        }));
    }
    bench.worker().finish();
    EXPECT_FALSE(bench.outcome());
    EXPECT_TRUE(bench.run(kMp4, {init_section(), segment(0)})) << "the next segment plays";
}

TEST(Worker, DamageAnywhereNeverStopsTheNextSegment) {
    WorkerBench bench;
    const std::string good = init_section() + segment(0);
    std::minstd_rand random(1); // NOLINT: the same damage in every run
    for (int round = 0; round < 60; ++round) {
        std::string damaged = good;
        for (int i = 0; i < 8; ++i) {
            damaged[random() % (init_section().size() + 2'500)] = static_cast<char>(random());
        }
        const auto result = bench.run(kMp4, {damaged});
        // The sandbox may have had to end a worker that ran out of memory; nothing else may.
        if (!result && result.error().code() == ErrorCode::unavailable) {
            ADD_FAILURE() << "round " << round << ": " << result.error().message();
        }
    }
    ASSERT_TRUE(bench.run(kMp4, {good}));
}

} // namespace
} // namespace plex_tuner::media
