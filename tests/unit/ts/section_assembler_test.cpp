// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/psi.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using plex_tuner::testing::ByteVector;
using plex_tuner::testing::TsBuilder;

/// A valid section of the wanted size (12 or more).
ByteVector section_of(std::size_t size, std::uint16_t id = 1) {
    Pat pat{.transport_stream_id = id, .programs = {}};
    for (std::size_t i = 0; i < (size - 12) / 4; ++i) {
        pat.programs.push_back(
            {.number = static_cast<std::uint16_t>(i + 1), .pid = static_cast<std::uint16_t>(i)});
    }
    return write_pat(pat);
}

struct Collector {
    SectionAssembler assembler;
    std::vector<ByteVector> sections;

    void feed(Bytes packets) {
        for (std::size_t at = 0; at < packets.size(); at += kPacketSize) {
            assembler.feed(PacketView(packets.data() + at),
                [&](Bytes section) { sections.emplace_back(section.begin(), section.end()); });
        }
    }
};

TEST(SectionAssembler, JoinsSectionsOfEverySize) {
    for (std::size_t size = 12; size <= kMaxPsiSectionSize; size += 4) {
        Collector collector;
        const ByteVector section = section_of(size);
        TsBuilder builder;
        builder.section(0, section).section(0, section);
        collector.feed(builder.bytes());
        ASSERT_EQ(collector.sections, (std::vector<ByteVector>{section, section})) << size;
        ASSERT_EQ(collector.assembler.damaged(), 0U);
    }
}

/// Packs sections back to back, as muxers do: a pointer_field leads to the first that begins in it.
ByteVector packed(const std::vector<ByteVector>& sections) {
    ByteVector stream;
    std::vector<std::size_t> starts;
    for (const ByteVector& section : sections) {
        starts.push_back(stream.size());
        stream.insert(stream.end(), section.begin(), section.end());
    }
    ByteVector packets;
    std::size_t at = 0;
    for (std::uint8_t counter = 0; at < stream.size(); counter = (counter + 1) & 0x0F) {
        const auto start = std::ranges::lower_bound(starts, at);
        const bool unit_start = start != starts.end() && *start < at + 183;
        ByteVector payload;
        if (unit_start) {
            payload.push_back(static_cast<std::uint8_t>(*start - at));
        }
        const std::size_t size = std::min<std::size_t>(184 - payload.size(), stream.size() - at);
        payload.insert(payload.end(), stream.begin() + static_cast<std::ptrdiff_t>(at),
            stream.begin() + static_cast<std::ptrdiff_t>(at + size));
        payload.resize(184, 0xFF);
        at += size;
        const Packet packet = payload_packet(0, counter, unit_start, payload);
        packets.insert(packets.end(), packet.begin(), packet.end());
    }
    return packets;
}

TEST(SectionAssembler, SplitsSectionsPackedBackToBack) {
    std::vector<ByteVector> sections;
    for (const std::size_t size : {16U, 16U, 160U, 200U, 20U, 600U, 12U, 184U, 183U, 12U, 12U}) {
        sections.push_back(section_of(size, static_cast<std::uint16_t>(sections.size())));
    }
    Collector collector;
    collector.feed(packed(sections));
    EXPECT_EQ(collector.sections, sections);
    EXPECT_EQ(collector.assembler.damaged(), 0U);
}

TEST(SectionAssembler, DropsSectionWithWrongCrc) {
    ByteVector broken = section_of(16);
    broken[9] ^= 1;
    const ByteVector good = section_of(20);
    TsBuilder builder;
    builder.section(0, broken).section(0, good);
    Collector collector;
    collector.feed(builder.bytes());
    EXPECT_EQ(collector.sections, std::vector<ByteVector>{good});
    EXPECT_EQ(collector.assembler.damaged(), 1U);
}

TEST(SectionAssembler, DropsSectionWithMissingPacket) {
    const ByteVector good = section_of(400);
    TsBuilder builder;
    builder.section(0, good);
    ByteVector bytes = builder.bytes();
    bytes.erase(bytes.begin() + kPacketSize, bytes.begin() + 2 * kPacketSize);
    builder.clear();
    builder.section(0, good);
    bytes.insert(bytes.end(), builder.bytes().begin(), builder.bytes().end());
    Collector collector;
    collector.feed(bytes);
    EXPECT_EQ(collector.sections, std::vector<ByteVector>{good});
    EXPECT_EQ(collector.assembler.damaged(), 1U);
}

TEST(SectionAssembler, IgnoresDuplicatePackets) {
    const ByteVector good = section_of(400);
    TsBuilder builder;
    builder.section(0, good);
    ByteVector bytes;
    for (std::size_t at = 0; at < builder.size(); at += kPacketSize) {
        for (int i = 0; i < 2; ++i) {
            bytes.insert(bytes.end(), builder.bytes().begin() + static_cast<std::ptrdiff_t>(at),
                builder.bytes().begin() + static_cast<std::ptrdiff_t>(at + kPacketSize));
        }
    }
    Collector collector;
    collector.feed(bytes);
    EXPECT_EQ(collector.sections, std::vector<ByteVector>{good});
}

TEST(SectionAssembler, SurvivesPointerBeyondThePacket) {
    ByteVector payload(184, 0);
    payload[0] = 200;
    const Packet packet = payload_packet(0, 0, true, payload);
    Collector collector;
    collector.feed(packet);
    EXPECT_TRUE(collector.sections.empty());
    EXPECT_EQ(collector.assembler.damaged(), 1U);
}

} // namespace
} // namespace plex_tuner::ts
