// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/crc32.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using plex_tuner::testing::ByteVector;
using plex_tuner::testing::TsBuilder;

const ByteVector kPatVector{
    0x00, 0xB0, 0x0D, 0x00, 0x01, 0xC1, 0x00, 0x00, 0x00, 0x01, 0xF0, 0x00, 0x2A, 0xB1, 0x04, 0xB2};

/// The CRC made right after a change.
ByteVector sealed(ByteVector section) {
    section.resize(section.size() - 4);
    const std::uint32_t crc = crc32_mpeg(section);
    for (int shift = 24; shift >= 0; shift -= 8) {
        section.push_back(static_cast<std::uint8_t>(crc >> shift));
    }
    return section;
}

Pmt sample_pmt() {
    ElementaryStream video = TsBuilder::stream(0x100, 0x1B);
    video.codec = Codec::h264;
    ElementaryStream audio = TsBuilder::stream(0x101, 0x06);
    audio.descriptors = {0x0A, 4, 'd', 'e', 'u', 0, 0x6A, 0};
    audio.codec = Codec::ac3;
    audio.language = "deu";
    return {.program_number = 1,
        .version = 5,
        .pcr_pid = 0x100,
        .descriptors = {0x05, 4, 'H', 'D', 'M', 'V'},
        .streams = {video, audio}};
}

TEST(Pat, ParsesVector) {
    const Result<Pat> pat = parse_pat(kPatVector);
    ASSERT_TRUE(pat) << pat.error().message();
    EXPECT_EQ(pat->transport_stream_id, 1);
    EXPECT_EQ(pat->version, 0);
    EXPECT_TRUE(pat->current);
    EXPECT_EQ(pat->programs, (std::vector<PatProgram>{{.number = 1, .pid = 0x1000}}));
}

TEST(Pat, WritesVector) {
    EXPECT_EQ(write_pat({.transport_stream_id = 1, .programs = {{.number = 1, .pid = 0x1000}}}),
        kPatVector);
}

TEST(Pat, RefusesDamage) {
    for (std::size_t i = 0; i < kPatVector.size(); ++i) {
        ByteVector damaged = kPatVector;
        damaged[i] ^= 0x10;
        EXPECT_FALSE(parse_pat(damaged)) << i;
    }
    for (std::size_t size = 0; size < kPatVector.size(); ++size) {
        EXPECT_FALSE(parse_pat(Bytes(kPatVector).first(size))) << size;
    }
}

TEST(Pmt, RoundTrip) {
    const Pmt pmt = sample_pmt();
    const Result<Pmt> back = parse_pmt(write_pmt(pmt));
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, pmt);
}

TEST(Pmt, RefusesDescriptorsBeyondTheSection) {
    ByteVector section = write_pmt(sample_pmt());
    ByteVector program_info = section;
    program_info[11] = 0xFF;
    EXPECT_FALSE(parse_pmt(sealed(program_info)));
    ByteVector stream_info = section;
    stream_info[12 + 6 + 4] = 0xFF;
    EXPECT_FALSE(parse_pmt(sealed(stream_info)));
}

TEST(Pmt, RefusesOtherTables) {
    EXPECT_FALSE(parse_pmt(kPatVector));
    EXPECT_FALSE(parse_pat(write_pmt(sample_pmt())));
}

TEST(Pmt, WriterLeavesOutWhatDoesNotFit) {
    Pmt pmt = sample_pmt();
    for (std::uint16_t i = 0; i < 400; ++i) {
        pmt.streams.push_back(TsBuilder::stream(static_cast<std::uint16_t>(0x200 + i), 0x0F));
    }
    const ByteVector section = write_pmt(pmt);
    EXPECT_LE(section.size(), kMaxPsiSectionSize);
    const Result<Pmt> back = parse_pmt(section);
    ASSERT_TRUE(back);
    EXPECT_GT(back->streams.size(), 150U);
    EXPECT_LT(back->streams.size(), pmt.streams.size());
}

TEST(SectionPackets, CountMatches) {
    for (std::size_t size = 1; size <= kMaxPsiSectionSize; ++size) {
        ByteVector out;
        const std::size_t count = append_section_packets(0x10, ByteVector(size, 1), 14, out);
        ASSERT_EQ(count, section_packet_count(size));
        ASSERT_EQ(out.size(), count * kPacketSize);
    }
}

TEST(SectionPackets, CountersAndStartFlag) {
    ByteVector out;
    append_section_packets(0x1000, ByteVector(400, 1), 15, out);
    ASSERT_EQ(out.size(), 3 * kPacketSize);
    const PacketView first(out.data());
    const PacketView second(out.data() + kPacketSize);
    const PacketView third(out.data() + 2 * kPacketSize);
    EXPECT_TRUE(first.unit_start());
    EXPECT_FALSE(second.unit_start());
    EXPECT_EQ(first.pid(), 0x1000);
    EXPECT_EQ(first.continuity_counter(), 15);
    EXPECT_EQ(second.continuity_counter(), 0);
    EXPECT_EQ(third.continuity_counter(), 1);
    EXPECT_EQ(first.payload()[0], 0);
    EXPECT_EQ(third.payload().back(), 0xFF);
}

} // namespace
} // namespace plex_tuner::ts
