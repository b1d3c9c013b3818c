// SPDX-License-Identifier: GPL-3.0-or-later
#include "offset_check.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

using std::chrono::minutes;

constexpr std::uint32_t kStart = 1'795'000'000;

std::vector<Airing> airings(int count, int shift_minutes, std::uint64_t first_title = 1) {
    std::vector<Airing> out;
    for (int i = 0; i < count; ++i) {
        out.push_back({static_cast<std::uint32_t>(i % 5),
            kStart + static_cast<std::uint32_t>(1'800 * (i / 5) + 60 * shift_minutes + i % 3 * 60),
            first_title + static_cast<std::uint64_t>(i)});
    }
    return out;
}

TEST(OffsetCheck, FindsByHowMuchAGuideIsOff) {
    EXPECT_EQ(likely_offset(airings(40, 0), airings(40, 60)), minutes(60));
    EXPECT_EQ(likely_offset(airings(40, 0), airings(40, -330)), minutes(-330));
}

TEST(OffsetCheck, SaysNothingWhenGuidesAgree) {
    EXPECT_EQ(likely_offset(airings(40, 0), airings(40, 0)), std::nullopt);
    EXPECT_EQ(likely_offset(airings(40, 0), airings(40, 5)), std::nullopt) << "a little late";
}

TEST(OffsetCheck, SaysNothingWithTooLittleToTell) {
    EXPECT_EQ(likely_offset(airings(9, 0), airings(9, 60)), std::nullopt);
    EXPECT_EQ(likely_offset(airings(40, 0), airings(40, 60, 1'000)), std::nullopt);
    EXPECT_EQ(likely_offset({}, airings(40, 60)), std::nullopt);
    EXPECT_EQ(likely_offset(airings(40, 0), airings(40, 60 * 20)), std::nullopt) << "beyond a day";
}

TEST(OffsetCheck, RepeatedTitlesSayNothing) {
    auto reference = airings(40, 0);
    auto other = airings(40, 60);
    for (Airing& airing : other) {
        airing.title = 7;
    }
    for (Airing& airing : reference) {
        airing.title = 7;
    }
    EXPECT_EQ(likely_offset(reference, other), std::nullopt);
}

TEST(OffsetCheck, AMixedPictureSaysNothing) {
    auto other = airings(20, 0);
    const auto late = airings(40, 60);
    other.insert(other.end(), late.begin() + 20, late.end());
    EXPECT_EQ(likely_offset(airings(40, 0), other), std::nullopt);
}

} // namespace
} // namespace plex_tuner::guide
