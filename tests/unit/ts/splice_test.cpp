// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/splice.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

/// A piece of stream whose counters begin at `counter`.
ByteVector piece(std::uint8_t counter, int pictures = 6) {
    TsBuilder builder;
    for (const std::uint16_t pid : {kPatPid, kPmtPid, kVideoPid, kAudioPid}) {
        builder.set_counter(pid, counter);
    }
    builder.tables();
    for (int i = 0; i < pictures; ++i) {
        builder.video(joined({h264::p_frame(), ByteVector(300, 0x66)}), i * 3'600);
        builder.audio(i * 3'600).null();
    }
    return builder.bytes();
}

StreamTotals inspect(const ByteVector& bytes) {
    Inspector inspector;
    inspector.feed(bytes);
    return inspector.totals();
}

ByteVector join(Seam seam, std::size_t chunk) {
    ContinuityRewriter rewriter;
    ByteVector out;
    for (int i = 0; i < 4; ++i) {
        const ByteVector bytes = piece(static_cast<std::uint8_t>(5 * i));
        for (std::size_t at = 0; at < bytes.size(); at += chunk) {
            rewriter.append(Bytes(bytes).subspan(at, std::min(chunk, bytes.size() - at)), out);
        }
        rewriter.seam(seam);
    }
    return out;
}

TEST(ContinuityRewriter, FirstPieceIsLeftAlone) {
    ContinuityRewriter rewriter;
    ByteVector out;
    const ByteVector bytes = piece(3);
    rewriter.append(bytes, out);
    EXPECT_EQ(out, bytes);
    EXPECT_EQ(rewriter.discontinuities(), 0U);
}

TEST(ContinuityRewriter, PlainJoiningWouldBeBroken) {
    EXPECT_GT(inspect(joined({piece(0), piece(5)})).continuity_errors, 0U);
}

TEST(ContinuityRewriter, ContinuousSeamNeedsNoMarks) {
    for (std::size_t packets = 1; packets < 40; ++packets) {
        const ByteVector out = join(Seam::continuous, packets * kPacketSize);
        const StreamTotals totals = inspect(out);
        EXPECT_EQ(totals.continuity_errors, 0U);
        EXPECT_EQ(totals.duplicates, 0U);
        EXPECT_EQ(totals.discontinuities, 0U);
        EXPECT_EQ(out.size(), 4 * piece(0).size());
    }
}

TEST(ContinuityRewriter, DiscontinuityMarksEachPidOnce) {
    const ByteVector whole = join(Seam::discontinuity, 100 * kPacketSize);
    for (std::size_t packets = 1; packets < 40; ++packets) {
        const ByteVector out = join(Seam::discontinuity, packets * kPacketSize);
        EXPECT_EQ(out, whole);
    }
    const StreamTotals totals = inspect(whole);
    EXPECT_EQ(totals.continuity_errors, 0U);
    EXPECT_EQ(totals.duplicates, 0U);
    EXPECT_EQ(totals.discontinuities, 3 * 4U); // three seams seen by four PIDs
    // Video carries a PCR and audio stuffing, so only PAT and PMT need a packet of their own.
    EXPECT_EQ(whole.size(), 4 * piece(0).size() + 3 * 2 * kPacketSize);
}

TEST(ContinuityRewriter, MarkerPrecedesThePacketItStandsFor) {
    ContinuityRewriter rewriter;
    ByteVector out;
    rewriter.append(payload_packet(0x77, 4, true, ByteVector(184, 1)), out);
    rewriter.seam(Seam::discontinuity);
    rewriter.append(payload_packet(0x77, 12, true, ByteVector(184, 2)), out);
    ASSERT_EQ(out.size(), 3 * kPacketSize);
    const PacketView marker(out.data() + kPacketSize);
    EXPECT_EQ(marker.pid(), 0x77);
    EXPECT_TRUE(marker.discontinuity());
    EXPECT_FALSE(marker.has_payload());
    EXPECT_EQ(marker.continuity_counter(), 4);
    EXPECT_EQ(PacketView(out.data() + 2 * kPacketSize).continuity_counter(), 5);
}

TEST(ContinuityRewriter, PidsThatComeLaterAreMarkedThen) {
    ContinuityRewriter rewriter;
    ByteVector out;
    const Packet rare = payload_packet(0x300, 2, true, ByteVector(184, 1));
    rewriter.append(rare, out);
    rewriter.seam(Seam::discontinuity);
    rewriter.append(piece(0), out);
    rewriter.seam(Seam::continuous);
    rewriter.append(piece(1), out);
    out.clear();
    rewriter.append(payload_packet(0x300, 9, true, ByteVector(184, 1)), out);
    ASSERT_EQ(out.size(), 2 * kPacketSize);
    EXPECT_TRUE(PacketView(out.data()).discontinuity());
    EXPECT_EQ(PacketView(out.data() + kPacketSize).continuity_counter(), 3);
}

TEST(ContinuityRewriter, LossesAndDuplicatesStayVisible) {
    ByteVector bytes = piece(0, 10);
    // Take away the second video packet and double the third.
    std::vector<std::size_t> video;
    for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
        if (PacketView(bytes.data() + at).pid() == kVideoPid) {
            video.push_back(at);
        }
    }
    const auto at = [&](std::size_t offset) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    };
    const ByteVector twin(at(video[2]), at(video[2] + kPacketSize));
    bytes.insert(at(video[2]), twin.begin(), twin.end());
    bytes.erase(at(video[1]), at(video[1] + kPacketSize));
    ContinuityRewriter rewriter;
    ByteVector out;
    rewriter.append(piece(3), out);
    rewriter.seam(Seam::continuous);
    rewriter.append(bytes, out);
    const StreamTotals totals = inspect(out);
    EXPECT_EQ(totals.continuity_errors, 1U);
    EXPECT_EQ(totals.duplicates, 1U);
}

TEST(ContinuityRewriter, AdaptationOnlyPacketsRepeatTheCounter) {
    ContinuityRewriter rewriter;
    ByteVector out;
    rewriter.append(payload_packet(0x77, 4, true, ByteVector(184, 1)), out);
    rewriter.seam(Seam::continuous);
    rewriter.append(adaptation_only_packet(0x77, 9, false), out);
    rewriter.append(payload_packet(0x77, 10, true, ByteVector(184, 1)), out);
    EXPECT_EQ(PacketView(out.data() + kPacketSize).continuity_counter(), 4);
    EXPECT_EQ(PacketView(out.data() + 2 * kPacketSize).continuity_counter(), 5);
}

TEST(ContinuityRewriter, LeavesOutInvalidPackets) {
    ContinuityRewriter rewriter;
    ByteVector out;
    Packet reserved = payload_packet(0x77, 4, true, ByteVector(184, 1));
    reserved[3] &= 0x0F;
    Packet no_sync = payload_packet(0x77, 4, true, ByteVector(184, 1));
    no_sync[0] = 0;
    Packet damaged = payload_packet(0x77, 4, true, ByteVector(184, 1));
    damaged[1] |= 0x80;
    const Packet good = payload_packet(0x77, 5, true, ByteVector(184, 1));
    ByteVector input;
    for (const Packet& packet : {reserved, good, no_sync, damaged, good, reserved}) {
        input.insert(input.end(), packet.begin(), packet.end());
    }
    rewriter.append(input, out);
    EXPECT_EQ(rewriter.dropped_packets(), 4U);
    ByteVector expected(good.begin(), good.end());
    expected.insert(expected.end(), good.begin(), good.end());
    EXPECT_EQ(out, expected);
}

TEST(ContinuityRewriter, NullPacketsAreUntouched) {
    ContinuityRewriter rewriter;
    ByteVector out;
    const Packet null = null_packet();
    rewriter.append(null, out);
    rewriter.seam(Seam::discontinuity);
    rewriter.append(null, out);
    EXPECT_EQ(out.size(), 2 * kPacketSize);
    EXPECT_TRUE(std::equal(null.begin(), null.end(), out.begin() + kPacketSize));
}

} // namespace
} // namespace plex_tuner::ts
