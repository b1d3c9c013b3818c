// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/program_tracker.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kFrame = 3'600;

class Output final : public PacketSink {
public:
    void packets(Bytes packets) override {
        bytes.insert(bytes.end(), packets.begin(), packets.end());
    }

    /// PTS of the PES packets of a PID, in order.
    [[nodiscard]] std::vector<std::int64_t> times(std::uint16_t pid) const {
        std::vector<std::int64_t> times;
        for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
            const PacketView packet(bytes.data() + at);
            if (packet.pid() == pid && packet.unit_start()) {
                times.push_back(parse_pes_header(packet.payload())->pts.value_or(-1));
            }
        }
        return times;
    }

    [[nodiscard]] std::vector<std::int64_t> clocks() const {
        std::vector<std::int64_t> clocks;
        for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
            if (const auto pcr = PacketView(bytes.data() + at).pcr()) {
                clocks.push_back(*pcr / 300);
            }
        }
        return clocks;
    }

    [[nodiscard]] std::shared_ptr<const ProgramTables> tables() const {
        ProgramTracker tracker;
        for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
            static_cast<void>(tracker.feed(PacketView(bytes.data() + at)));
        }
        return tracker.tables();
    }

    /// Nothing that a demultiplexer would complain about.
    void expect_clean() const {
        Inspector inspector;
        inspector.feed(bytes);
        const StreamTotals& totals = inspector.totals();
        EXPECT_EQ(totals.continuity_errors, 0U);
        EXPECT_EQ(totals.duplicates, 0U);
        EXPECT_EQ(totals.discontinuities, 0U);
        EXPECT_EQ(totals.null_packets, 0U);
        EXPECT_EQ(totals.invalid_packets, 0U);
        for (const std::uint16_t pid : inspector.pids()) {
            const PidStats& stats = *inspector.pid(pid);
            for (const ClockStats* clock : {&stats.pcr, &stats.dts}) {
                EXPECT_EQ(clock->jumps, 0U) << "PID " << pid;
                EXPECT_EQ(clock->backwards, 0U) << "PID " << pid;
            }
        }
    }

    ByteVector bytes;
};

struct PieceOptions {
    std::int64_t begin = 0; ///< of the first picture
    int pictures = 10;
    int key_frame_at = 0;
    std::int64_t sound_behind = 0; ///< how much earlier sound is than the pictures beside it
    std::uint16_t video_pid = kVideoPid;
    std::uint16_t audio_pid = kAudioPid;
    std::uint8_t video_type = 0x1B;
    std::uint16_t pmt_pid = kPmtPid;
    std::uint8_t counter = 0;
    std::int64_t clock_before = kFrame; ///< how much earlier the PCR is
    ByteVector key_frame = h264::key_frame();
};

void append_piece(TsBuilder& builder, const PieceOptions& options) {
    builder.pat(0, options.pmt_pid)
        .pmt({TsBuilder::stream(options.video_pid, options.video_type),
                 TsBuilder::stream(options.audio_pid, 0x0F)},
            0, options.pmt_pid);
    for (int i = 0; i < options.pictures; ++i) {
        const std::int64_t time = timestamp_add(options.begin, i * kFrame);
        const ByteVector units =
            joined({i == options.key_frame_at ? options.key_frame : h264::p_frame(),
                ByteVector(500, 0x66)});
        builder.pes(options.video_pid, units,
            {.pts = time, .pcr = timestamp_add(time, -options.clock_before) * 300});
        builder.pes(options.audio_pid, adts_frame(100),
            {.stream_id = 0xC0, .pts = timestamp_add(time, -options.sound_behind)});
        builder.null();
    }
}

ByteVector piece(const PieceOptions& options = {}) {
    TsBuilder builder;
    for (const std::uint16_t pid :
        {kPatPid, options.pmt_pid, options.video_pid, options.audio_pid}) {
        builder.set_counter(pid, options.counter);
    }
    append_piece(builder, options);
    return builder.bytes();
}

/// Of one sender, without a seam.
ByteVector one_after_the_other(const PieceOptions& first, const PieceOptions& second) {
    TsBuilder builder;
    append_piece(builder, first);
    append_piece(builder, second);
    return builder.bytes();
}

/// Joined with a seam before each but the first.
Output splice(const std::vector<ByteVector>& pieces, Seam seam = Seam::discontinuity,
    bool new_program = true, std::size_t chunk_packets = 7) {
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    bool first = true;
    for (const ByteVector& bytes : pieces) {
        if (!std::exchange(first, false)) {
            splicer.seam(seam, new_program);
        }
        const std::size_t chunk = chunk_packets * kPacketSize;
        for (std::size_t at = 0; at < bytes.size(); at += chunk) {
            splicer.feed(Bytes(bytes).subspan(at, std::min(chunk, bytes.size() - at)));
        }
        splicer.finish_piece();
    }
    return output;
}

std::vector<std::int64_t> frames(int count, std::int64_t begin = 0) {
    std::vector<std::int64_t> times;
    for (int i = 0; i < count; ++i) {
        times.push_back(timestamp_add(begin, i * kFrame));
    }
    return times;
}

TEST(Splicer, GivesOutTablesWhenAskedAndGoesOnWithThem) {
    Output output;
    Splicer splicer(output);
    splicer.send_tables();
    EXPECT_THAT(output.bytes, IsEmpty()) << "no program is known";
    TsBuilder builder;
    splicer.feed(builder.tables().bytes());
    splicer.send_tables();
    splicer.send_tables();
    EXPECT_EQ(output.bytes.size(), 4 * kPacketSize);
    builder.clear();
    for (int i = 0; i < 20; ++i) {
        builder.video(i == 0 ? h264::key_frame() : h264::p_frame(), i * kFrame).audio(i * kFrame);
    }
    splicer.feed(builder.bytes());
    output.expect_clean();
    ASSERT_TRUE(output.tables());
    EXPECT_EQ(output.tables()->pmt.version, 0) << "they have not changed";

    splicer.seam(Seam::discontinuity, true);
    const std::size_t before = output.bytes.size();
    splicer.send_tables();
    EXPECT_EQ(output.bytes.size(), before) << "those of the other source are not known";
}

TEST(Splicer, TheFirstPieceKeepsItsTimesAndPids) {
    const Output output = splice({piece({.begin = 900'000})});
    EXPECT_EQ(output.times(kVideoPid), frames(10, 900'000));
    EXPECT_EQ(output.times(kAudioPid), frames(10, 900'000));
    EXPECT_EQ(output.clocks(), frames(10, 900'000 - kFrame));
    EXPECT_EQ(output.tables()->pmt_pid, kPmtPid);
    output.expect_clean();
}

TEST(Splicer, BeforeItHoldsPacketsPassAtOnce) {
    Output output;
    Splicer splicer(output);
    TsBuilder builder;
    builder.tables().audio(0);
    append_piece(builder, {});
    const ByteVector& bytes = builder.bytes();
    constexpr std::size_t kPart = 7 * kPacketSize; // tables, sound, tables and half a picture
    splicer.feed(Bytes(bytes).first(kPart));
    EXPECT_EQ(output.times(kVideoPid), frames(1));
    EXPECT_EQ(output.bytes.size(), 4 * kPacketSize) << "tables and pictures; sound is held";
    splicer.hold(true);
    splicer.feed(Bytes(bytes).subspan(kPart));
    EXPECT_EQ(output.times(kVideoPid), frames(9));
    output.expect_clean();
}

/// Players take the first PMT for good.
TEST(Splicer, TheFirstTablesWaitForTheFirstSound) {
    TsBuilder builder;
    builder.pat().pmt(
        {TsBuilder::stream(kVideoPid, 0x1B), TsBuilder::stream(kAudioPid, 0x81)}); // it is AAC
    builder.video(joined({h264::key_frame(), ByteVector(500, 0x66)}), 0);
    Output output;
    Splicer splicer(output);
    splicer.feed(builder.bytes());
    EXPECT_THAT(output.bytes, IsEmpty());
    for (int i = 0; i < 4; ++i) {
        builder.clear();
        splicer.feed(builder.audio(i * kFrame).bytes());
    }
    ASSERT_TRUE(output.tables());
    EXPECT_EQ(output.tables()->audio()->stream_type, 0x0F);
    ProgramTracker first;
    static_cast<void>(first.feed(PacketView(output.bytes.data())));
    static_cast<void>(first.feed(PacketView(output.bytes.data() + kPacketSize)));
    ASSERT_TRUE(first.tables());
    EXPECT_EQ(first.tables()->audio()->stream_type, 0x0F) << "from the first on";
    splicer.finish_piece();
    EXPECT_EQ(output.times(kVideoPid), frames(1));
    EXPECT_EQ(output.times(kAudioPid), frames(4));
    output.expect_clean();
}

TEST(Splicer, TheFirstTablesDoNotWaitLongForSoundThatDoesNotCome) {
    TsBuilder builder;
    builder.tables();
    for (int i = 0; i < 40; ++i) {
        builder.video(i == 0 ? h264::key_frame() : h264::p_frame(), i * kFrame);
    }
    Output output;
    Splicer splicer(output);
    splicer.feed(builder.bytes());
    EXPECT_EQ(output.times(kVideoPid), frames(39)) << "all whose end is known";
    output.expect_clean();
}

TEST(Splicer, WhoHasNoTimeDoesNotWaitForSound) {
    TsBuilder builder;
    builder.tables().video(h264::key_frame(), 0);
    Output output;
    Splicer splicer(output);
    splicer.feed(builder.bytes());
    EXPECT_THAT(output.bytes, IsEmpty());
    splicer.settle_for_anything();
    builder.clear();
    splicer.feed(builder.video(h264::p_frame(), kFrame).bytes());
    EXPECT_EQ(output.times(kVideoPid), frames(1));
    splicer.finish_piece();
    EXPECT_EQ(output.times(kVideoPid), frames(2));
    output.expect_clean();
}

TEST(Splicer, WhatWaitsForSoundIsNotLostAtTheEndOfThePiece) {
    TsBuilder builder;
    builder.tables();
    for (int i = 0; i < 3; ++i) {
        builder.video(i == 0 ? h264::key_frame() : h264::p_frame(), i * kFrame);
    }
    Output output;
    Splicer splicer(output);
    splicer.feed(builder.bytes());
    splicer.finish_piece();
    EXPECT_EQ(output.times(kVideoPid), frames(3));
    output.expect_clean();
}

TEST(Splicer, AnotherTimeBaseContinuesTheFirst) {
    for (const std::int64_t begin :
        {std::int64_t{0}, std::int64_t{5'000'000}, kTimestampWrap - 7'200, kTimestampWrap / 2}) {
        const Output output = splice({piece({.begin = 900'000}),
            piece({.begin = begin, .counter = 9}), piece({.begin = 17, .counter = 3})});
        EXPECT_EQ(output.times(kVideoPid), frames(30, 900'000)) << begin;
        EXPECT_EQ(output.times(kAudioPid), frames(30, 900'000)) << begin;
        EXPECT_EQ(output.clocks(), frames(30, 900'000 - kFrame)) << begin;
        output.expect_clean();
    }
}

TEST(Splicer, TheResultDoesNotDependOnChunks) {
    const std::vector<ByteVector> pieces = {
        piece({.begin = 900'000}), piece({.begin = 3, .key_frame_at = 4, .counter = 7})};
    const Output whole = splice(pieces, Seam::discontinuity, true, 1'000);
    for (std::size_t packets = 1; packets < 30; ++packets) {
        EXPECT_EQ(splice(pieces, Seam::discontinuity, true, packets).bytes, whole.bytes);
    }
}

TEST(Splicer, SegmentsOfOneStreamAreJoinedAsTheyAre) {
    const Output output =
        splice({piece({.begin = 0, .clock_before = 0}),
                   piece({.begin = 10 * kFrame, .counter = 4, .clock_before = 0})},
            Seam::continuous, false);
    EXPECT_EQ(output.times(kVideoPid), frames(20));
    EXPECT_EQ(output.clocks(), frames(20));
    output.expect_clean();
}

TEST(Splicer, PidsAndTablesStay) {
    const Output output = splice(
        {piece(), piece({.begin = 77, .video_pid = 0x200, .audio_pid = 0x100, .pmt_pid = 0x30})});
    EXPECT_EQ(output.times(kVideoPid).size(), 20U);
    EXPECT_EQ(output.times(kAudioPid).size(), 20U);
    EXPECT_EQ(output.tables()->pmt_pid, kPmtPid);
    EXPECT_EQ(output.tables()->pmt.version, 0);
    EXPECT_EQ(output.tables()->pmt.pcr_pid, kVideoPid);
    output.expect_clean();
}

/// A sequence header and the header of an I picture.
const ByteVector kMpeg2KeyFrame{0, 0, 1, 0xB3, 0x14, 0, 0, 1, 0x00, 0x00, 0x08, 0};

TEST(Splicer, AnotherCodecMakesAnotherVersionOfTheTables) {
    const Output output =
        splice({piece(), piece({.video_type = 0x02, .key_frame = kMpeg2KeyFrame})});
    const auto tables = output.tables();
    ASSERT_EQ(tables->pmt.streams.size(), 2U);
    EXPECT_EQ(tables->pmt.streams[0].pid, kVideoPid);
    EXPECT_EQ(tables->pmt.streams[0].codec, Codec::mpeg2_video);
    EXPECT_EQ(tables->pmt.version, 1);
}

TEST(Splicer, PicturesGoOnWithAKeyFrame) {
    const Output output = splice({piece(), piece({.begin = 5'000'000, .key_frame_at = 4})});
    EXPECT_EQ(output.times(kVideoPid), frames(16));
    // The sound beside the fourth picture is the first that comes behind it.
    EXPECT_EQ(output.times(kAudioPid), frames(16));
    output.expect_clean();
}

TEST(Splicer, SoundKeepsItsDistanceAndNeverOverlaps) {
    // The second source multiplexes its sound half a second later than the first.
    const Output output = splice({piece({.begin = 900'000}),
        piece({.begin = 0, .pictures = 30, .sound_behind = 12 * kFrame})});
    EXPECT_EQ(output.times(kVideoPid), frames(40, 900'000));
    const auto sound = output.times(kAudioPid);
    // Twelve would have been where there was sound already.
    EXPECT_EQ(sound.size(), 28U);
    EXPECT_EQ(sound, frames(28, 900'000));
    output.expect_clean();
}

TEST(Splicer, AClockThatJumpsByItselfIsJoined) {
    const auto both = [](std::int64_t to) {
        return splice({one_after_the_other({.begin = 900'000}, {.begin = to})});
    };
    for (const std::int64_t to : {std::int64_t{0}, 900'000 + 60 * kTimestampHz,
             timestamp_add(900'000, std::int64_t{1} << 32),
             std::int64_t{900'000 - 2 * kTimestampHz}}) {
        const Output output = both(to);
        EXPECT_EQ(output.times(kVideoPid), frames(20, 900'000)) << to;
        EXPECT_EQ(output.times(kAudioPid), frames(20, 900'000)) << to;
    }
    // A wrap is none.
    const Output wrapped = splice({piece({.begin = kTimestampWrap - 5 * kFrame})});
    EXPECT_EQ(wrapped.times(kVideoPid), frames(10, kTimestampWrap - 5 * kFrame));
}

TEST(Splicer, APauseOfTheSourceIsNoJump) {
    const Output output = splice({one_after_the_other({}, {.begin = 10 * kFrame + kTimestampHz})});
    EXPECT_EQ(output.times(kVideoPid)[10], 10 * kFrame + kTimestampHz);
}

TEST(Splicer, WhatBrokeOffIsLeftOut) {
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    const ByteVector first = piece();
    // In the middle of the last picture: it has three packets, then come sound and a null packet.
    splicer.feed(Bytes(first).first(first.size() - 4 * kPacketSize));
    splicer.abandon_piece();
    splicer.seam(Seam::discontinuity, true);
    splicer.feed(piece({.begin = 5'000'000}));
    splicer.finish_piece();
    EXPECT_EQ(output.times(kVideoPid), frames(19));
    // The sound before it, too: its end was not seen.
    EXPECT_EQ(splicer.counters().damaged_units, 2U);
    EXPECT_EQ(splicer.counters().splices, 1U);
    output.expect_clean();
}

TEST(Splicer, OnlyTheFirstKeyFrameIsGivenOutBeforeItIsWhole) {
    TsBuilder builder;
    builder.tables().audio(0);
    append_piece(builder, {.key_frame_at = 2});
    const ByteVector& bytes = builder.bytes();
    Output output;
    Splicer splicer(output);
    // Five packets each: three of a picture, sound, a null packet.
    constexpr std::size_t kTables = 5 * kPacketSize;
    constexpr std::size_t kEach = 5 * kPacketSize;
    splicer.feed(Bytes(bytes).first(kTables + (3 * kEach) + (2 * kPacketSize)));
    EXPECT_EQ(output.times(kVideoPid), frames(3)) << "not the begin of the fourth";
    splicer.abandon_piece();
    splicer.seam(Seam::discontinuity, true);
    splicer.feed(piece({.begin = 5'000'000}));
    splicer.finish_piece();
    EXPECT_EQ(output.times(kVideoPid), frames(13));
    EXPECT_EQ(splicer.counters().damaged_units, 2U);
    output.expect_clean();
}

std::uint64_t first_picture_of(const ByteVector& bytes) {
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    splicer.feed(bytes);
    splicer.finish_piece();
    return splicer.progress().first_picture.value();
}

TEST(Splicer, RefusedPicturesAreNeverGivenOut) {
    const ByteVector slate =
        piece({.begin = 700'000, .key_frame = joined({h264::key_frame(), ByteVector(99, 0x55)})});
    const std::uint64_t refused = first_picture_of(slate);
    ASSERT_NE(refused, first_picture_of(piece()));
    for (const bool at_first : {true, false}) {
        Output output;
        Splicer splicer(output);
        splicer.refuse_pictures({1, refused});
        for (const ByteVector& bytes :
            at_first ? std::vector{slate, piece()} : std::vector{piece(), slate, piece()}) {
            for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
                splicer.feed(Bytes(bytes).subspan(at, kPacketSize));
            }
            EXPECT_EQ(splicer.progress().first_picture == refused, bytes == slate);
            splicer.finish_piece();
            splicer.seam(Seam::discontinuity, true);
        }
        EXPECT_EQ(output.times(kVideoPid).size(), at_first ? 10U : 20U);
        output.expect_clean();
    }
}

TEST(Splicer, ALostPacketCostsItsPictureAlone) {
    ByteVector bytes = piece();
    std::vector<std::size_t> video;
    for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
        if (PacketView(bytes.data() + at).pid() == kVideoPid) {
            video.push_back(at);
        }
    }
    const auto lost = bytes.begin() + static_cast<std::ptrdiff_t>(video[8]); // of the third picture
    bytes.erase(lost, lost + kPacketSize);
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    splicer.feed(bytes);
    splicer.finish_piece();
    auto expected = frames(10);
    expected.erase(expected.begin() + 2);
    EXPECT_EQ(output.times(kVideoPid), expected);
    EXPECT_EQ(output.times(kAudioPid), frames(10));
    EXPECT_EQ(splicer.counters().continuity_errors, 1U);
    output.expect_clean();
}

TEST(Splicer, RepeatedPacketsAndErrorsAreLeftOut) {
    ByteVector bytes = piece();
    ByteVector doubled;
    for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
        const auto packet = Bytes(bytes).subspan(at, kPacketSize);
        doubled.insert(doubled.end(), packet.begin(), packet.end());
        doubled.insert(doubled.end(), packet.begin(), packet.end());
        ByteVector damaged(packet.begin(), packet.end());
        damaged[1] |= 0x80;
        doubled.insert(doubled.end(), damaged.begin(), damaged.end());
    }
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    splicer.feed(doubled);
    splicer.finish_piece();
    EXPECT_EQ(output.bytes, splice({piece()}).bytes);
    EXPECT_EQ(splicer.counters().dropped_packets, bytes.size() / kPacketSize);
}

TEST(Splicer, SoundGoesOnWhereThePicturesNeverCome) {
    TsBuilder radio;
    radio.radio_tables();
    for (int i = 0; i < 10; ++i) {
        radio.audio(1'000'000 + i * kFrame);
    }
    const Output output = splice({piece(), radio.bytes()});
    EXPECT_EQ(output.times(kAudioPid), frames(20));
    EXPECT_EQ(output.tables()->pmt.streams.size(), 1U);
}

TEST(Splicer, SilentStreamsAreTakenOutOfTheTablesAndPutBack) {
    TsBuilder builder;
    builder.pat().pmt({TsBuilder::stream(kVideoPid, 0x1B), TsBuilder::stream(kAudioPid, 0x0F),
        TsBuilder::stream(0x102, 0x81)});
    for (int i = 0; i < 100; ++i) {
        builder.video(h264::key_frame(), i * kFrame).audio(i * kFrame);
    }
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    splicer.feed(builder.bytes());
    EXPECT_EQ(output.tables()->pmt.streams.size(), 2U);
    builder.clear();
    builder.pes(0x102, ByteVector(100, 0x0B), {.stream_id = 0xBD, .pts = 100 * kFrame})
        .pes(0x102, ByteVector(100, 0x0B), {.stream_id = 0xBD, .pts = 101 * kFrame});
    splicer.feed(builder.bytes());
    EXPECT_EQ(output.tables()->pmt.streams.size(), 3U);
    EXPECT_EQ(output.tables()->pmt.version, 2);
}

TEST(Splicer, AProgramWithoutClockGetsOne) {
    TsBuilder builder;
    builder.tables();
    for (int i = 0; i < 100; ++i) {
        builder.pes(kVideoPid, h264::key_frame(), {.pts = i * kFrame, .pcr = {}}).audio(i * kFrame);
    }
    const Output output = splice({builder.bytes()});
    EXPECT_GT(output.clocks().size(), 60U);
    EXPECT_EQ(output.tables()->pmt.pcr_pid, kVideoPid);
    EXPECT_LT(output.clocks().back(), output.times(kVideoPid).back());
    output.expect_clean();
}

/// ISO/IEC 13818-1 2.7.2.
void expect_clock_ten_times_a_second(const Output& output) {
    const std::vector<std::int64_t> clocks = output.clocks();
    ASSERT_GT(clocks.size(), 2U);
    for (std::size_t i = 1; i < clocks.size(); ++i) {
        EXPECT_GT(clocks[i], clocks[i - 1]);
        EXPECT_LE(clocks[i] - clocks[i - 1], kTimestampHz / 10);
    }
}

TEST(Splicer, ClockReferencesThatAreTooRareAreCompleted) {
    TsBuilder builder;
    builder.tables();
    for (int i = 0; i < 30; ++i) {
        PesOptions pes{.pts = 90'000 + i * kFrame};
        if (i % 6 == 0) {
            pes.pcr = (90'000 + (i - 1) * kFrame) * 300;
        }
        builder.pes(kVideoPid, i == 0 ? h264::key_frame() : h264::p_frame(), pes);
        builder.audio(90'000 + i * kFrame);
    }
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    splicer.feed(builder.bytes());
    splicer.finish_piece();
    EXPECT_EQ(output.times(kVideoPid).size(), 30U);
    EXPECT_EQ(output.clocks().size(), 5U + 4U * 2U);
    expect_clock_ten_times_a_second(output);
    output.expect_clean();
}

TEST(Splicer, TheClockHasNoGapAtASeam) {
    // The clock of the second is so much closer to its pictures.
    const Output output = splice({piece({.begin = 900'000, .clock_before = 10 * kFrame}),
        piece({.begin = 7'000'000, .clock_before = 2 * kFrame})});
    EXPECT_EQ(output.times(kVideoPid).size(), 20U);
    expect_clock_ten_times_a_second(output);
    output.expect_clean();
}

TEST(Splicer, TablesComeTenTimesASecond) {
    const Output output = splice({piece({.pictures = 100})});
    int tables = 0;
    for (std::size_t at = 0; at < output.bytes.size(); at += kPacketSize) {
        tables += PacketView(output.bytes.data() + at).pid() == kPatPid ? 1 : 0;
    }
    EXPECT_GE(tables, 33);
    EXPECT_LE(tables, 41);
}

TEST(Splicer, PicturesThatReferToThoseBeforeTheSeamAreLeftOut) {
    TsBuilder open;
    open.tables();
    // An I picture, two that are shown before it, then one behind it.
    const std::int64_t base = 1'000'000;
    const auto add = [&](const ByteVector& units, std::int64_t shown, std::int64_t decoded) {
        open.pes(kVideoPid, units,
            {.pts = base + shown * kFrame,
                .dts = base + decoded * kFrame,
                .pcr = (base + (decoded - 1) * kFrame) * 300});
    };
    add(h264::key_frame(), 3, 0);
    add(h264::p_frame(), 1, 1);
    add(h264::p_frame(), 2, 2);
    add(h264::p_frame(), 4, 3);
    const Output output = splice({piece(), open.bytes()});
    auto expected = frames(10);
    expected.push_back(13 * kFrame);
    expected.push_back(14 * kFrame);
    EXPECT_EQ(output.times(kVideoPid), expected);
}

TEST(Splicer, SettlesForAnyPictureWhenAskedTo) {
    Output output;
    Splicer splicer(output);
    splicer.hold(true);
    splicer.feed(piece());
    splicer.finish_piece();
    splicer.seam(Seam::discontinuity, true);
    TsBuilder builder;
    append_piece(builder, {.begin = 9, .key_frame_at = -1});
    splicer.feed(builder.bytes());
    EXPECT_TRUE(splicer.progress().joining);
    EXPECT_EQ(output.times(kVideoPid).size(), 10U);
    splicer.settle_for_anything();
    builder.clear();
    append_piece(builder, {.begin = 9 + 10 * kFrame, .key_frame_at = -1});
    splicer.feed(builder.bytes());
    splicer.finish_piece();
    EXPECT_FALSE(splicer.progress().joining);
    EXPECT_EQ(output.times(kVideoPid).size(), 21U);
    output.expect_clean();
}

/// Of a multiplex of many programs.
TEST(Splicer, FirstPacketsThatComeNowAndThenKeepNoBlock) {
    TsBuilder tables;
    tables.pat().pmt({TsBuilder::stream(kVideoPid, 0x1B), TsBuilder::stream(kAudioPid, 0x0F)});
    TsBuilder media;
    media.video(joined({h264::key_frame(), ByteVector(900, 0x66)}), 0, true);
    const ByteVector picture = media.bytes();
    ASSERT_GT(picture.size(), 3 * kPacketSize);
    Output output;
    Splicer splicer(output);
    splicer.feed(tables.bytes());
    for (std::size_t at = 0; at < picture.size(); at += kPacketSize) {
        TsBuilder block;
        block.raw(Bytes(picture).subspan(at, kPacketSize));
        while (block.bytes().size() < 64 * kPacketSize) {
            block.null();
        }
        PacketRun run = keep_packets(block.bytes());
        const std::weak_ptr<const void> memory = run.memory;
        splicer.feed(run);
        run = {};
        EXPECT_TRUE(memory.expired()) << "packet " << at / kPacketSize;
    }
    EXPECT_THAT(output.times(kVideoPid), IsEmpty()) << "whether there is sound is not known";
    media.clear();
    media.audio(0).audio(kFrame).video(h264::p_frame(), kFrame);
    splicer.feed(media.bytes());
    splicer.finish_piece();
    EXPECT_THAT(output.times(kVideoPid), ElementsAre(0, kFrame));
    output.expect_clean();
}

} // namespace
} // namespace plex_tuner::ts
