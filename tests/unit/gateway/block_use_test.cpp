// SPDX-License-Identifier: GPL-3.0-or-later
// When blocks that came are kept in the ring, and when what is wanted of them is copied.
#include "block_use.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

constexpr std::size_t kBlock = 65'536;

void pass(BlockUse& use, int blocks, std::size_t out_of_each) {
    for (int i = 0; i < blocks; ++i) {
        use.came(kBlock);
        use.went(out_of_each);
    }
}

TEST(BlockUse, IsNotGoodBeforeAnythingCame) {
    EXPECT_FALSE(BlockUse().is_good());
}

TEST(BlockUse, IsGoodWhereHalfGoesOut) {
    BlockUse use;
    pass(use, 500, kBlock * 11 / 20);
    EXPECT_TRUE(use.is_good());
}

TEST(BlockUse, IsNotGoodWhereOneProgramOfManyIsPlayed) {
    BlockUse use;
    pass(use, 500, kBlock * 9 / 20);
    EXPECT_FALSE(use.is_good());
}

TEST(BlockUse, AKeyFrameThatGoesOutAtItsEndIsNoChange) {
    BlockUse use;
    pass(use, 500, kBlock);
    pass(use, 30, 0);
    EXPECT_TRUE(use.is_good());
    use.went(30 * kBlock);
    pass(use, 30, 0);
    EXPECT_TRUE(use.is_good());
}

TEST(BlockUse, ForgetsWhatWasLongAgo) {
    BlockUse use;
    pass(use, 5'000, kBlock);
    pass(use, 100, kBlock / 20);
    EXPECT_FALSE(use.is_good());
    pass(use, 100, kBlock);
    EXPECT_TRUE(use.is_good());
}

} // namespace
} // namespace plex_tuner::gateway
