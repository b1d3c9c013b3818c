// SPDX-License-Identifier: GPL-3.0-or-later
#include "ring.hpp"

#include <array>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

constexpr std::size_t kPacket = ts::kPacketSize;

SlabPtr slab_at(StreamPosition begin, std::size_t packets) {
    return std::make_shared<const Slab>(
        begin, ts::keep_packets(std::vector<std::uint8_t>(packets * kPacket, 0x47)));
}

ts::AccessPoint point_at(StreamPosition offset) {
    ts::AccessPoint point;
    point.offset = offset;
    return point;
}

/// Slabs of two packets each.
Ring filled(std::size_t slabs, std::size_t max_bytes) {
    Ring ring(max_bytes);
    for (std::size_t i = 0; i < slabs; ++i) {
        ring.push(slab_at(ring.end(), 2));
    }
    return ring;
}

TEST(Ring, DropsTheOldestBeyondItsBytes) {
    const Ring ring = filled(10, 6 * kPacket);
    EXPECT_EQ(ring.bytes(), 6 * kPacket);
    EXPECT_EQ(ring.begin(), 14 * kPacket);
    EXPECT_EQ(ring.end(), 20 * kPacket);
}

TEST(Ring, KeepsTheNewestSlabEvenIfItIsTooLarge) {
    Ring ring(kPacket);
    ring.push(slab_at(0, 5));
    EXPECT_EQ(ring.bytes(), 5 * kPacket);
    ring.push(slab_at(5 * kPacket, 6));
    EXPECT_EQ(ring.begin(), 5 * kPacket);
    EXPECT_EQ(ring.bytes(), 6 * kPacket);
}

TEST(Ring, GivesTheSlabsFromAPosition) {
    const Ring ring = filled(5, 1'000'000);
    std::array<SlabPtr, 3> out;
    ASSERT_EQ(ring.slabs_from(3 * kPacket, out), 3U); // in the middle of the second
    EXPECT_EQ(out[0]->begin(), 2 * kPacket);
    EXPECT_EQ(out[2]->begin(), 6 * kPacket);
    ASSERT_EQ(ring.slabs_from(8 * kPacket, out), 1U);
    EXPECT_EQ(ring.slabs_from(ring.end(), out), 0U);
}

TEST(Ring, GivesNoMoreSlabsThanTheBytesAskedFor) {
    const Ring ring = filled(5, 1'000'000);
    std::array<SlabPtr, 4> out;
    EXPECT_EQ(ring.slabs_from(0, out, 3 * kPacket), 2U);
    EXPECT_EQ(ring.slabs_from(0, out, 1), 1U); // a position that is there gives something
}

TEST(Ring, TrimsOnlyWhatNobodyNeeds) {
    Ring ring = filled(5, 1'000'000);
    ring.trim(5 * kPacket);
    EXPECT_EQ(ring.begin(), 4 * kPacket);
    ring.trim(ring.end());
    EXPECT_EQ(ring.bytes(), 0U);
    EXPECT_EQ(ring.begin(), ring.end());
    ring.push(slab_at(ring.end(), 1));
    EXPECT_EQ(ring.bytes(), kPacket);
}

TEST(Ring, RemembersTheNewestAccessPointWhileItIsHeld) {
    Ring ring = filled(3, 6 * kPacket);
    EXPECT_EQ(ring.access_point(), nullptr);
    ring.mark(point_at(4 * kPacket));
    ring.mark(point_at(kPacket)); // reported late, older
    ASSERT_NE(ring.access_point(), nullptr);
    EXPECT_EQ(ring.access_point()->offset, 4 * kPacket);
    ring.push(slab_at(ring.end(), 2));
    ASSERT_NE(ring.access_point(), nullptr);
    ring.push(slab_at(ring.end(), 2));
    ring.push(slab_at(ring.end(), 2));
    EXPECT_EQ(ring.access_point(), nullptr);
}

} // namespace
} // namespace plex_tuner::gateway
