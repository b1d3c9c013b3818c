// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/pes.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using plex_tuner::testing::ByteVector;
using plex_tuner::testing::TsBuilder;

TEST(PesHeader, ReadsTimeStampsWithAllBits) {
    for (const std::int64_t time :
        {std::int64_t{0}, std::int64_t{1}, std::int64_t{0x123456789}, kTimestampWrap - 1,
            std::int64_t{1} << 32, std::int64_t{1} << 30, std::int64_t{1} << 15}) {
        const ByteVector bytes = TsBuilder::pes_header({.pts = time, .dts = time ^ 1});
        const auto header = parse_pes_header(bytes);
        ASSERT_TRUE(header);
        EXPECT_EQ(header->pts, time);
        EXPECT_EQ(header->dts, time ^ 1);
        EXPECT_EQ(header->payload_offset, 19U);
        EXPECT_EQ(header->stream_id, 0xE0);
    }
}

TEST(PesHeader, PtsAlone) {
    const auto header = parse_pes_header(TsBuilder::pes_header({.pts = 90'000}));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->pts, 90'000);
    EXPECT_FALSE(header->dts);
    EXPECT_EQ(header->payload_offset, 14U);
}

TEST(PesHeader, WrongMarkerDropsTheTimeOnly) {
    ByteVector bytes = TsBuilder::pes_header({.pts = 90'000, .dts = 80'000});
    bytes[9 + 2] &= 0xFE;
    const auto header = parse_pes_header(bytes);
    ASSERT_TRUE(header);
    EXPECT_FALSE(header->pts);
    EXPECT_EQ(header->dts, 80'000);
}

TEST(PesHeader, EveryTruncationIsNoHeader) {
    const ByteVector bytes = TsBuilder::pes_header({.pts = 1, .dts = 2});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(parse_pes_header(Bytes(bytes).first(size))) << size;
    }
}

TEST(PesHeader, ForeignBytesAreNoHeader) {
    EXPECT_FALSE(parse_pes_header(ByteVector{0, 0, 2, 0xE0, 0, 0, 0x80, 0, 0}));
    EXPECT_FALSE(parse_pes_header({}));
}

TEST(PesHeader, PaddingStreamHasNoOptionalHeader) {
    const auto header = parse_pes_header(ByteVector{0, 0, 1, 0xBE, 0, 10, 0xFF});
    ASSERT_TRUE(header);
    EXPECT_EQ(header->payload_offset, 6U);
    EXPECT_FALSE(header->pts);
}

TEST(Timestamps, DifferenceOverTheWrap) {
    EXPECT_EQ(timestamp_difference(10, kTimestampWrap - 5), 15);
    EXPECT_EQ(timestamp_difference(kTimestampWrap - 5, 10), -15);
    EXPECT_EQ(timestamp_difference(7, 7), 0);
    EXPECT_EQ(timestamp_add(kTimestampWrap - 1, 2), 1);
    EXPECT_EQ(timestamp_add(1, -2), kTimestampWrap - 1);
    EXPECT_EQ(pcr_difference(10, kPcrWrap - 5), 15);
    EXPECT_EQ(pcr_difference(kPcrWrap - 5, 10), -15);
}

} // namespace
} // namespace plex_tuner::ts
