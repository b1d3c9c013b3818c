// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_map.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::vodfs {
namespace {

constexpr std::uint64_t kB = kBlockBytes;

TEST(BlockMap, FindsTheFirstThatIsMissingAndTheFirstThatIsThere) {
    BlockMap map;
    EXPECT_EQ(map.first_missing(5, 100), 5U);
    EXPECT_EQ(map.first_present(5, 100 * kB), 100 * kB);
    for (std::uint64_t block = 0; block < 300; ++block) {
        map.set(block);
    }
    map.set(500);
    map.set(500);
    EXPECT_EQ(map.count(), 301U);
    EXPECT_EQ(map.first_missing(0, 1000 * kB), 300 * kB);
    EXPECT_EQ(map.first_missing(7, 10), 10U);
    EXPECT_EQ(map.first_missing(300 * kB + 9, 1000 * kB), 300 * kB + 9);
    EXPECT_EQ(map.first_present(300 * kB + 9, 1000 * kB), 500 * kB);
    EXPECT_EQ(map.first_present(300 * kB, 400 * kB), 400 * kB);
    EXPECT_EQ(map.first_present(600 * kB, 9000 * kB), 9000 * kB);
    map.reset(2);
    EXPECT_EQ(map.first_missing(0, kB * 300), 2 * kB);
    EXPECT_EQ(map.count(), 300U);
}

TEST(BlockMap, SurvivesBeingPacked) {
    BlockMap map;
    for (const std::uint64_t block : {0U, 1U, 63U, 64U, 200U, 1'000'000U}) {
        map.set(block);
    }
    const BlockMap copy = BlockMap::unpacked(map.packed());
    EXPECT_EQ(copy.count(), 6U);
    EXPECT_EQ(copy.packed(), map.packed());
    EXPECT_TRUE(copy.has(1'000'000));
    EXPECT_FALSE(copy.has(2));
    EXPECT_EQ(BlockMap::unpacked("").count(), 0U);
}

} // namespace
} // namespace plex_tuner::vodfs
