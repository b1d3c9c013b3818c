// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/random_access.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

ProgramTables tables_of(std::vector<ElementaryStream> streams) {
    ProgramTables tables;
    for (ElementaryStream& stream : streams) {
        stream.codec = codec_of(stream.stream_type, stream.descriptors);
    }
    tables.pmt.streams = std::move(streams);
    return tables;
}

ProgramTables av_tables(std::uint8_t video_type = 0x1B) {
    return tables_of(
        {TsBuilder::stream(kVideoPid, video_type), TsBuilder::stream(kAudioPid, 0x0F)});
}

std::vector<FoundAccess> feed(
    RandomAccessFinder& finder, const ByteVector& bytes, std::uint64_t offset = 0) {
    std::vector<FoundAccess> found;
    for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
        const auto outcome = finder.feed(PacketView(bytes.data() + at), offset + at);
        if (outcome.found) {
            found.push_back(*outcome.found);
        }
    }
    return found;
}

constexpr std::int64_t kFrame = 3600; // 25 pictures per second

TEST(RandomAccessFinder, NamesTheStartOfTheKeyFrame) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    builder.video(h264::p_frame(), 0).audio(0).video(h264::p_frame(), kFrame);
    const std::size_t expected = builder.size();
    builder.video(h264::key_frame(), 2 * kFrame).video(h264::p_frame(), 3 * kFrame);
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].offset, expected);
    EXPECT_EQ(found[0].reason, AccessReason::key_frame);
    EXPECT_EQ(found[0].pid, kVideoPid);
    EXPECT_EQ(found[0].pts, 2 * kFrame);
    EXPECT_FALSE(is_fallback(found[0].reason));
}

TEST(RandomAccessFinder, SeesStartCodesSplitOverPackets) {
    // The first packet ends at every place inside of the PES header and the units.
    const ByteVector frame = h264::key_frame();
    for (std::size_t first = 1; first < 14 + frame.size(); ++first) {
        RandomAccessFinder finder;
        finder.set_program(av_tables());
        TsBuilder builder;
        PesOptions options;
        options.pts = 90'000;
        options.first_payload = first;
        builder.pes(kVideoPid, frame, options);
        const auto found = feed(finder, builder.bytes(), 1'000);
        ASSERT_EQ(found.size(), 1U) << first;
        EXPECT_EQ(found[0].offset, 1'000U);
        EXPECT_EQ(found[0].pts, 90'000);
    }
}

TEST(RandomAccessFinder, LongPesHeaderIsSkipped) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    ByteVector pes = TsBuilder::pes_header({.pts = 5});
    pes[8] = 250; // stuffing behind the time stamp, with start codes that mean nothing
    pes.insert(pes.end(), 245, 0);
    pes[100] = 1;
    pes[101] = 0x41;
    const ByteVector frame = h264::key_frame();
    pes.insert(pes.end(), frame.begin(), frame.end());
    ByteVector bytes;
    for (std::size_t at = 0; at < pes.size(); at += 184) {
        const Packet packet = payload_packet(kVideoPid, static_cast<std::uint8_t>(at / 184),
            at == 0, Bytes(pes).subspan(at, std::min<std::size_t>(184, pes.size() - at)));
        bytes.insert(bytes.end(), packet.begin(), packet.end());
    }
    EXPECT_EQ(feed(finder, bytes).size(), 1U);
}

TEST(RandomAccessFinder, LooksAheadOnlySoFar) {
    // User data in front of the picture: found just inside of the limit, not beyond.
    for (const std::size_t filler :
        {RandomAccessFinder::kMaxLookAhead - 1'000, RandomAccessFinder::kMaxLookAhead + 1'000}) {
        RandomAccessFinder finder;
        finder.set_program(av_tables());
        ByteVector frame = joined({h264::sps(), h264::unit({0x06, 0x05})});
        frame.insert(frame.end(), filler, 0x55);
        frame = joined({frame, h264::idr()});
        TsBuilder builder;
        builder.video(frame, 0);
        EXPECT_EQ(feed(finder, builder.bytes()).size(),
            filler < RandomAccessFinder::kMaxLookAhead ? 1U : 0U);
    }
}

TEST(RandomAccessFinder, RadioBeginsAtEachAudioStart) {
    RandomAccessFinder finder;
    finder.set_program(tables_of({TsBuilder::stream(kAudioPid, 0x0F)}));
    TsBuilder builder;
    builder.audio(0, 500).audio(2'000, 500).audio(4'000, 10);
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].reason, AccessReason::audio);
    EXPECT_EQ(found[0].offset, 0U);
    EXPECT_EQ(found[1].pts, 2'000);
}

TEST(RandomAccessFinder, AudioOfAVideoProgramIsNoAccessPoint) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    builder.video(h264::p_frame(), 0).audio(0).audio(kFrame).audio(2 * kFrame);
    EXPECT_TRUE(feed(finder, builder.bytes()).empty());
}

TEST(RandomAccessFinder, IndicatorIsTakenAfterAWhileWithoutKeyFrames) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    for (int i = 0; i <= 100; ++i) { // four seconds
        builder.video(h264::p_frame(), i * kFrame, i % 10 == 0);
    }
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 2U); // after two seconds, and after two more
    EXPECT_EQ(found[0].reason, AccessReason::indicator);
    EXPECT_EQ(found[0].pts, 50 * kFrame);
    EXPECT_EQ(found[1].pts, 100 * kFrame);
    EXPECT_TRUE(is_fallback(found[0].reason));
}

TEST(RandomAccessFinder, AnyPictureIsTakenInTheEnd) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    for (int i = 0; i <= 130; ++i) {
        builder.video(h264::p_frame(), i * kFrame);
    }
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reason, AccessReason::any_picture);
    EXPECT_EQ(found[0].pts, 125 * kFrame);
}

TEST(RandomAccessFinder, BytesCountWhereTimeStampsAreMissing) {
    RandomAccessFinder finder({.any_after_bytes = 20 * kPacketSize});
    finder.set_program(av_tables());
    TsBuilder builder;
    for (int i = 0; i < 25; ++i) {
        builder.pes(kVideoPid, h264::p_frame());
    }
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].offset, 20 * kPacketSize);
}

TEST(RandomAccessFinder, StreamsWithKeyFramesAreGivenMoreTime) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    builder.video(h264::key_frame(), 0);
    for (int i = 1; i < 250; ++i) { // ten seconds between key frames
        builder.video(h264::p_frame(), i * kFrame);
    }
    builder.video(h264::key_frame(), 250 * kFrame);
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].reason, AccessReason::key_frame);
}

TEST(RandomAccessFinder, JumpsOfTheTimeBaseAreNoWaiting) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    for (int i = 0; i < 50; ++i) {
        builder.video(h264::p_frame(), i % 2 * 3'600 * kTimestampHz + i * kFrame);
    }
    EXPECT_TRUE(feed(finder, builder.bytes()).empty());
}

TEST(RandomAccessFinder, SettlesForAnythingWhenTold) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    builder.video(h264::p_frame(), 0);
    EXPECT_TRUE(feed(finder, builder.bytes()).empty());
    finder.settle_for_anything();
    builder.clear();
    builder.audio(0).video(h264::p_frame(), kFrame).video(h264::p_frame(), 2 * kFrame);
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reason, AccessReason::any_picture);
    EXPECT_EQ(found[0].pts, kFrame);
}

TEST(RandomAccessFinder, AudioStandsInForVideoThatNeverComes) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    for (int i = 0; i < 60; ++i) {
        builder.audio(i * 9'000); // ten per second
    }
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reason, AccessReason::any_audio);
    EXPECT_EQ(found[0].pts, 450'000);
}

TEST(RandomAccessFinder, TrustsTheIndicatorOfUnreadableVideo) {
    RandomAccessFinder finder;
    finder.set_program(av_tables(0xEA)); // VC-1
    TsBuilder builder;
    builder.video(ByteVector(400, 1), 0).video(ByteVector(400, 1), kFrame, true);
    const auto found = feed(finder, builder.bytes());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reason, AccessReason::indicator);
    EXPECT_EQ(found[0].pts, kFrame);
}

TEST(RandomAccessFinder, ScrambledPicturesFallBack) {
    RandomAccessFinder finder({.indicator_after_bytes = 0});
    finder.set_program(av_tables());
    TsBuilder builder;
    builder.video(h264::key_frame(), 0, true);
    ByteVector bytes = builder.bytes();
    bytes[3] |= 0x80;
    const auto found = feed(finder, bytes);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reason, AccessReason::indicator);
}

TEST(RandomAccessFinder, ResetDropsWhatWasBegun) {
    RandomAccessFinder finder;
    finder.set_program(av_tables());
    TsBuilder builder;
    PesOptions options;
    options.first_payload = 30; // ends before the picture
    builder.pes(kVideoPid, h264::key_frame(), options);
    ASSERT_GT(builder.size(), kPacketSize);
    const ByteVector bytes = builder.bytes();
    EXPECT_TRUE(feed(finder, ByteVector(bytes.begin(), bytes.begin() + kPacketSize)).empty());
    finder.reset();
    EXPECT_TRUE(feed(finder, ByteVector(bytes.begin() + kPacketSize, bytes.end())).empty());
}

TEST(RandomAccessFinder, ProgramWithoutPlayableStreamFindsNothing) {
    RandomAccessFinder finder;
    finder.set_program(tables_of({TsBuilder::stream(0x200, 0x86)}));
    TsBuilder builder;
    builder.video(h264::key_frame(), 0).audio(0).null();
    EXPECT_TRUE(feed(finder, builder.bytes()).empty());
}

} // namespace
} // namespace plex_tuner::ts
