// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/packetizer.hpp>

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using ByteVector = std::vector<std::uint8_t>;

/// Distinct packets whose payload has no sync byte but one in the middle.
ByteVector packets(std::size_t count, std::size_t first = 0) {
    ByteVector bytes;
    for (std::size_t i = first; i < first + count; ++i) {
        Packet packet;
        packet.fill(static_cast<std::uint8_t>(0x80 + i % 64));
        packet[0] = kSyncByte;
        packet[1] = 0x01;
        packet[2] = static_cast<std::uint8_t>(i % 0x47);
        packet[3] = 0x10;
        packet[100] = kSyncByte;
        bytes.insert(bytes.end(), packet.begin(), packet.end());
    }
    return bytes;
}

ByteVector framed(const ByteVector& plain, std::size_t before, std::size_t behind) {
    ByteVector bytes;
    for (std::size_t at = 0; at < plain.size(); at += kPacketSize) {
        bytes.insert(bytes.end(), before, 0x01);
        bytes.insert(bytes.end(), plain.begin() + static_cast<std::ptrdiff_t>(at),
            plain.begin() + static_cast<std::ptrdiff_t>(at + kPacketSize));
        bytes.insert(bytes.end(), behind, 0x02);
    }
    return bytes;
}

ByteVector operator+(ByteVector a, const ByteVector& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

struct Output {
    ByteVector bytes;
    Packetizer::Counters counters;
    bool in_sync = false;
};

Output cut(const ByteVector& input, std::size_t chunk) {
    Output output;
    Packetizer packetizer;
    const auto sink = [&](Bytes run) {
        EXPECT_EQ(run.size() % kPacketSize, 0U);
        output.bytes.insert(output.bytes.end(), run.begin(), run.end());
    };
    for (Bytes rest = input; !rest.empty();) {
        const Bytes part = rest.first(std::min(chunk, rest.size()));
        packetizer.feed(part, sink);
        rest = rest.subspan(part.size());
    }
    output.in_sync = packetizer.in_sync();
    packetizer.finish(sink);
    output.counters = packetizer.counters();
    return output;
}

/// Runs `check` with the output of every interesting chunk size.
template <class Check>
void in_all_chunkings(const ByteVector& input, Check check) {
    for (std::size_t chunk = 1; chunk <= 420; ++chunk) {
        SCOPED_TRACE(chunk);
        check(cut(input, chunk));
    }
    for (const std::size_t chunk : {752U, 753U, 816U, 817U, 1024U, 1500U, 4096U, 100'000U}) {
        SCOPED_TRACE(chunk);
        check(cut(input, chunk));
    }
}

TEST(Packetizer, PassesAlignedPackets) {
    const ByteVector input = packets(20);
    in_all_chunkings(input, [&](const Output& output) {
        EXPECT_EQ(output.bytes, input);
        EXPECT_TRUE(output.in_sync);
        EXPECT_EQ(output.counters.packets, 20U);
        EXPECT_EQ(output.counters.dropped_bytes, 0U);
        EXPECT_EQ(output.counters.sync_losses, 0U);
    });
}

TEST(Packetizer, FindsSyncBehindForeignHeader) {
    ByteVector header{0x89, 'P', 'N', 'G', 0x47, 0x00, 0x47};
    header.resize(503, 0x47 ^ 0xFF);
    const ByteVector plain = packets(12);
    in_all_chunkings(header + plain, [&](const Output& output) {
        EXPECT_EQ(output.bytes, plain);
        EXPECT_EQ(output.counters.dropped_bytes, header.size());
        EXPECT_EQ(output.counters.sync_losses, 0U);
    });
}

TEST(Packetizer, DropsThePacketThatWasCutShort) {
    const ByteVector before = packets(8);
    const ByteVector behind = packets(8, 8);
    ByteVector cut_short = before;
    cut_short.resize(cut_short.size() - 60);
    ByteVector expected = before;
    expected.resize(expected.size() - kPacketSize);
    expected = expected + behind;
    in_all_chunkings(cut_short + behind, [&](const Output& output) {
        EXPECT_EQ(output.bytes, expected);
        EXPECT_EQ(output.counters.sync_losses, 1U);
        EXPECT_EQ(output.counters.dropped_bytes, kPacketSize - 60);
    });
}

TEST(Packetizer, ResynchronisesBehindInsertedBytes) {
    const ByteVector input = packets(8) + ByteVector(77, 0x11) + packets(9, 8);
    in_all_chunkings(input, [&](const Output& output) {
        EXPECT_EQ(output.counters.packets, 16U); // the one before the damage is not trusted
        EXPECT_EQ(output.counters.sync_losses, 1U);
        EXPECT_EQ(output.counters.dropped_bytes, 77U + kPacketSize);
    });
}

TEST(Packetizer, StripsM2tsTimeStamps) {
    const ByteVector plain = packets(15);
    in_all_chunkings(framed(plain, 4, 0), [&](const Output& output) {
        EXPECT_EQ(output.bytes, plain);
        EXPECT_EQ(output.counters.sync_losses, 0U);
    });
}

TEST(Packetizer, StripsParity) {
    const ByteVector plain = packets(15);
    in_all_chunkings(framed(plain, 0, 16), [&](const Output& output) {
        EXPECT_EQ(output.bytes, plain);
        EXPECT_EQ(output.counters.sync_losses, 0U);
        EXPECT_EQ(output.counters.dropped_bytes, 0U);
    });
}

TEST(Packetizer, KeepsStrideAcrossLoss) {
    const ByteVector input =
        framed(packets(6), 0, 16) + ByteVector(33, 0x11) + framed(packets(6, 6), 0, 16);
    in_all_chunkings(input, [&](const Output& output) {
        EXPECT_EQ(output.counters.packets, 11U);
        EXPECT_EQ(output.counters.sync_losses, 1U);
    });
}

TEST(Packetizer, FinishGivesOutShortPieces) {
    for (std::size_t count = 1; count <= 5; ++count) {
        const ByteVector input = packets(count);
        in_all_chunkings(input, [&](const Output& output) { EXPECT_EQ(output.bytes, input); });
    }
}

TEST(Packetizer, FinishDropsIncompleteTail) {
    const ByteVector plain = packets(6);
    ByteVector input = plain + packets(1);
    input.resize(input.size() - 1);
    in_all_chunkings(input, [&](const Output& output) {
        EXPECT_EQ(output.bytes, plain);
        EXPECT_EQ(output.counters.dropped_bytes, kPacketSize - 1);
    });
}

TEST(Packetizer, FindsAlignmentAnewAfterFinish) {
    Packetizer packetizer;
    ByteVector output;
    const auto sink = [&](Bytes run) {
        output.insert(output.end(), run.begin(), run.end());
    };
    const ByteVector first = packets(6);
    const ByteVector second = packets(6, 6);
    packetizer.feed(first, sink);
    packetizer.finish(sink);
    EXPECT_FALSE(packetizer.in_sync());
    packetizer.feed(ByteVector(50, 0), sink);
    packetizer.feed(second, sink);
    packetizer.finish(sink);
    EXPECT_EQ(output, first + second);
    EXPECT_EQ(packetizer.counters().sync_losses, 0U);
    EXPECT_EQ(packetizer.counters().dropped_bytes, 50U);
}

TEST(Packetizer, SaysWhenThereIsNoTransportStream) {
    Packetizer packetizer(1000);
    const auto sink = [](Bytes) {
        FAIL() << "no packet in a web page";
    };
    packetizer.feed(ByteVector(999, '<'), sink);
    EXPECT_FALSE(packetizer.not_ts());
    packetizer.feed(ByteVector(1, '<'), sink);
    EXPECT_TRUE(packetizer.not_ts());
    packetizer.restart();
    EXPECT_FALSE(packetizer.not_ts());
}

TEST(Packetizer, LosesNoPatienceOnceSynced) {
    Packetizer packetizer(1000);
    const auto sink = [](Bytes) {
    };
    packetizer.feed(packets(10), sink);
    packetizer.feed(ByteVector(5000, 0), sink);
    EXPECT_FALSE(packetizer.not_ts());
    EXPECT_FALSE(packetizer.in_sync());
    EXPECT_EQ(packetizer.counters().sync_losses, 1U);
}

TEST(Packetizer, GivesLongRunsWithoutCopying) {
    const ByteVector input = packets(100);
    Packetizer packetizer;
    std::vector<std::size_t> runs;
    packetizer.feed(input, [&](Bytes run) {
        EXPECT_GE(run.data(), input.data());
        EXPECT_LE(run.data() + run.size(), input.data() + input.size());
        runs.push_back(run.size());
    });
    EXPECT_EQ(runs, std::vector<std::size_t>{99 * kPacketSize}); // the last waits for what follows
}

} // namespace
} // namespace plex_tuner::ts
