// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <algorithm>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using testing::PesOptions;
using testing::TsBuilder;

struct Clocks {
    std::optional<std::int64_t> pcr, pts, dts;
};

Clocks read(ts::Bytes packet) {
    const ts::PacketView view(packet.data());
    const auto header = ts::parse_pes_header(view.payload());
    return {.pcr = view.pcr(),
        .pts = header ? header->pts : std::nullopt,
        .dts = header ? header->dts : std::nullopt};
}

/// A packet with the given clocks, advanced; every other byte must stay.
Clocks advanced(const PesOptions& clocks, std::int64_t ticks) {
    TsBuilder builder;
    builder.pes(0x100, testing::ByteVector(40, 0xFF), clocks);
    ts::Packet packet{};
    std::ranges::copy(builder.bytes(), packet.begin());
    const auto fields = find_clock_fields(ts::PacketView(packet.data()));
    for (const ClockField field : fields) {
        advance_clock(packet, field, ticks);
    }
    // Independent check: the packet a builder makes of the new clocks is the same.
    PesOptions expected = clocks;
    const Clocks result = read(packet);
    expected.pcr = result.pcr;
    expected.pts = result.pts;
    expected.dts = result.dts;
    TsBuilder again;
    again.pes(0x100, testing::ByteVector(40, 0xFF), expected);
    EXPECT_TRUE(std::ranges::equal(again.bytes(), packet));
    return result;
}

PesOptions options(std::int64_t pcr, std::int64_t pts, std::int64_t dts) {
    PesOptions clocks;
    clocks.pts = pts;
    clocks.dts = dts;
    clocks.pcr = pcr;
    return clocks;
}

TEST(AdvanceClock, MovesPcrPtsAndDtsTogether) {
    const Clocks clocks = advanced(options(1'000'123, 90'000, 86'400), 27'000'000);
    EXPECT_EQ(clocks.pcr, 28'000'123);
    EXPECT_EQ(clocks.pts, 180'000);
    EXPECT_EQ(clocks.dts, 176'400);
}

TEST(AdvanceClock, WrapsEachClockAtItsOwnWidth) {
    const Clocks clocks = advanced(
        options(ts::kPcrWrap - 27'000'000 + 7, ts::kTimestampWrap - 1, ts::kTimestampWrap - 90'001),
        27'000'000);
    EXPECT_EQ(clocks.pcr, 7);
    EXPECT_EQ(clocks.pts, 89'999);
    EXPECT_EQ(clocks.dts, ts::kTimestampWrap - 1);
}

TEST(AdvanceClock, TakesMoreThanOneWrap) {
    const std::int64_t years = ts::kPcrWrap * 1000 + 300;
    const Clocks clocks = advanced(options(0, 0, 0), years);
    EXPECT_EQ(clocks.pcr, 300);
    EXPECT_EQ(clocks.pts, 1);
    EXPECT_EQ(clocks.dts, 1);
}

TEST(AdvanceClock, ReachesEveryBit) {
    for (int bit = 0; bit < 33; ++bit) {
        const std::int64_t value = std::int64_t{1} << bit;
        const Clocks clocks = advanced(options(0, 0, 0), value * 300);
        EXPECT_EQ(clocks.pcr, value * 300);
        EXPECT_EQ(clocks.pts, value);
        EXPECT_EQ(clocks.dts, value);
    }
}

TEST(FindClockFields, FindsNothingInTablesAndContinuations) {
    TsBuilder builder;
    builder.tables().pes(0x100, testing::ByteVector(400, 0), {});
    for (std::size_t i = 0; i < builder.size(); i += ts::kPacketSize) {
        EXPECT_EQ(find_clock_fields(ts::PacketView(builder.bytes().data() + i)).size(), 0U);
    }
}

} // namespace
} // namespace plex_tuner::ts
