// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/reorder_meter.hpp>

#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

constexpr std::int64_t kPicture = 3'600;

/// Groups of pictures, each shown at these places of it.
std::optional<std::uint8_t> depth_of(
    const std::vector<int>& group, int groups = 8, std::int64_t begin = 0) {
    ReorderMeter meter;
    for (int i = 0; i < groups; ++i) {
        for (const int place : group) {
            const auto picture = static_cast<std::int64_t>(group.size()) * i + place;
            meter.see(timestamp_add(begin, picture * kPicture));
        }
    }
    return meter.depth();
}

TEST(ReorderMeter, CountsWhatComesAheadOfItsTime) {
    EXPECT_EQ(depth_of({0, 1, 2, 3}), 0);
    EXPECT_EQ(depth_of({3, 0, 1, 2}), 1);             // P B B B
    EXPECT_EQ(depth_of({3, 1, 0, 2}), 2);             // P, a B that others refer to, B B
    EXPECT_EQ(depth_of({7, 3, 1, 0, 2, 5, 4, 6}), 3); // three floors
    EXPECT_EQ(depth_of({3, 1, 0, 2}, 8, (std::int64_t{1} << 33) - 9'000), 2); // a wrap is no jump
}

TEST(ReorderMeter, FewPicturesSayNothing) {
    EXPECT_EQ(depth_of({3, 1, 0, 2}, 2), std::nullopt);
    EXPECT_EQ(ReorderMeter().depth(), std::nullopt);
}

TEST(ReorderMeter, AJumpIsNoOrder) {
    ReorderMeter meter;
    for (const std::int64_t begin : {std::int64_t{9'000'000}, std::int64_t{0}}) {
        for (int i = 0; i < 20; ++i) {
            meter.see(begin + i * kPicture);
            meter.see(begin + i * kPicture); // its second field
        }
    }
    EXPECT_EQ(meter.depth(), 0);
    meter.new_clock();
    meter.see(0);
    EXPECT_EQ(meter.depth(), 0);
}

} // namespace
} // namespace plex_tuner::ts
