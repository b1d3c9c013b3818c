// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"
#include "unit_collector.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

constexpr std::size_t kPackets = 64; // of a block

/// A picture of that many packets.
ByteVector picture(std::size_t packets) {
    ByteVector frame = h264::p_frame();
    frame.resize(packets * 184 - 40, 0x77);
    TsBuilder builder;
    return builder.video(frame, 0).bytes();
}

/// The packets of a picture from `first` on, at the begin of a block that is full of others.
PacketRun block_with(const ByteVector& packets, std::size_t first, std::size_t count) {
    ByteVector block;
    const Packet null = null_packet();
    while (block.size() < kPackets * kPacketSize) {
        block.insert(block.end(), null.begin(), null.end());
    }
    std::ranges::copy(
        Bytes(packets).subspan(first * kPacketSize, count * kPacketSize), block.begin());
    return keep_packets(std::move(block));
}

void feed(UnitCollector& collector, const PacketRun& block, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        collector.feed(block.packets.subspan(i * kPacketSize).first<kPacketSize>(), block.memory,
            [](const StreamUnit&) { FAIL() << "it is not whole"; });
    }
    collector.leave(block);
}

ByteVector finish(UnitCollector& collector, std::size_t& runs) {
    ByteVector bytes;
    collector.finish([&](const StreamUnit& unit) {
        runs = unit.runs().size();
        for (const PacketRun& run : unit.runs()) {
            bytes.insert(bytes.end(), run.packets.begin(), run.packets.end());
        }
        EXPECT_EQ(unit.size(), bytes.size());
    });
    return bytes;
}

TEST(UnitCollector, PacketsStayWhereTheyCame) {
    const ByteVector packets = picture(2 * kPackets);
    UnitCollector collector(UnitCollector::Content::video);
    const PacketRun first = block_with(packets, 0, kPackets);
    const PacketRun second = block_with(packets, kPackets, kPackets);
    feed(collector, first, kPackets);
    // All but the last, which is stuffed.
    const std::size_t taken = collector.feed_continuation(second.packets, second.memory);
    EXPECT_EQ(taken, (kPackets - 1) * kPacketSize);
    collector.feed(second.packets.subspan(taken).first<kPacketSize>(), second.memory,
        [](const StreamUnit&) { FAIL() << "it is not whole"; });
    collector.leave(second);
    std::vector<const std::uint8_t*> places;
    collector.finish([&](const StreamUnit& unit) {
        for (const PacketRun& run : unit.runs()) {
            places.push_back(run.packets.data());
        }
    });
    EXPECT_EQ(
        places, (std::vector<const std::uint8_t*>{first.packets.data(), second.packets.data()}));
}

/// A subtitle, or a picture of another program's rate, gets a packet now and then.
TEST(UnitCollector, APacketNowAndThenKeepsNoBlock) {
    const ByteVector packets = picture(8);
    UnitCollector collector(UnitCollector::Content::video);
    for (std::size_t i = 0; i < 8; ++i) {
        PacketRun block = block_with(packets, i, 1);
        const std::weak_ptr<const void> memory = block.memory;
        feed(collector, block, 1);
        block = {};
        EXPECT_TRUE(memory.expired()) << "block " << i;
    }
    std::size_t runs = 0;
    EXPECT_EQ(finish(collector, runs), packets);
    EXPECT_EQ(runs, 8U);
}

TEST(UnitCollector, LetsBlocksGoThatAreMostlyOthers) {
    constexpr std::size_t kEach = kPackets / 4;
    const ByteVector packets = picture(4 * kEach);
    UnitCollector collector(UnitCollector::Content::video);
    std::vector<std::weak_ptr<const void>> memories;
    for (std::size_t i = 0; i < 4; ++i) {
        const PacketRun block = block_with(packets, i * kEach, kEach);
        memories.push_back(block.memory);
        feed(collector, block, kEach);
    }
    const auto is_gone = [](const auto& memory) {
        return memory.expired();
    };
    EXPECT_TRUE(std::ranges::none_of(memories, is_gone));
    EXPECT_EQ(collector.kept(), 4 * kPackets * kPacketSize);
    collector.let_go();
    EXPECT_TRUE(std::ranges::all_of(memories, is_gone));
    EXPECT_EQ(collector.kept(), packets.size());
    std::size_t runs = 0;
    EXPECT_EQ(finish(collector, runs), packets);
    EXPECT_EQ(collector.kept(), 0U);
}

TEST(UnitCollector, ABlockThatItFillsIsKept) {
    const ByteVector packets = picture(kPackets);
    UnitCollector collector(UnitCollector::Content::video);
    PacketRun block = block_with(packets, 0, kPackets);
    const std::weak_ptr<const void> memory = block.memory;
    feed(collector, block, kPackets);
    block = {};
    collector.let_go();
    EXPECT_FALSE(memory.expired());
    std::size_t runs = 0;
    EXPECT_EQ(finish(collector, runs), packets);
    EXPECT_EQ(runs, 1U);
    EXPECT_TRUE(memory.expired());
}

} // namespace
} // namespace plex_tuner::ts
