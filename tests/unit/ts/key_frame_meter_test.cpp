// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/key_frame_meter.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

AccessPoint point(std::optional<std::int64_t> seconds,
    AccessReason reason = AccessReason::key_frame, std::int64_t offset = 0) {
    AccessPoint result;
    result.reason = reason;
    if (seconds) {
        result.pts = timestamp_add(*seconds * kTimestampHz, offset);
    }
    return result;
}

TEST(KeyFrameMeter, MeasuresBetweenNeighbours) {
    KeyFrameMeter meter;
    for (const std::int64_t second : {10, 12, 14, 20}) {
        meter.see(point(second));
    }
    EXPECT_EQ(meter.count(), 4U);
    EXPECT_EQ(meter.intervals(), (StepStats{.count = 3,
                                     .min = 2 * kTimestampHz,
                                     .max = 6 * kTimestampHz,
                                     .sum = 10 * kTimestampHz}));
}

TEST(KeyFrameMeter, RecoveryPointsCountAndFallbacksDoNot) {
    KeyFrameMeter meter;
    meter.see(point(0));
    meter.see(point(1, AccessReason::any_picture));
    meter.see(point(2, AccessReason::audio));
    meter.see(point(3, AccessReason::recovery_point));
    EXPECT_EQ(meter.count(), 2U);
    EXPECT_EQ(meter.intervals().max, 3 * kTimestampHz);
}

TEST(KeyFrameMeter, GoesOnOverTheWrapAndPassesOverSeams) {
    KeyFrameMeter meter;
    meter.see(point(0, AccessReason::key_frame, -kTimestampHz));
    meter.see(point(1));
    EXPECT_EQ(meter.intervals().max, 2 * kTimestampHz);
    meter.see(point(0));            // back
    meter.see(point(10'000));       // far ahead
    meter.see(point(std::nullopt)); // no time
    meter.see(point(10'002));
    EXPECT_EQ(meter.intervals().count, 1U);
    EXPECT_EQ(meter.count(), 6U);
}

} // namespace
} // namespace plex_tuner::ts
