// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_pace.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::seconds;

TEST(StreamPace, TellsHowFarTheSourceIsAhead) {
    const SteadyTime begin{seconds(1000)};
    StreamPace pace;
    EXPECT_EQ(pace.ahead(begin).count(), 0);
    for (int i = 0; i <= 20; ++i) {
        pace.on_clock(i * ts::kPcrHz, begin + std::chrono::milliseconds(i));
    }
    EXPECT_EQ(pace.ahead(begin + seconds(5)), seconds(15));
    EXPECT_EQ(pace.ahead(begin + seconds(30)), seconds(-10));
}

TEST(StreamPace, GoesOnWhereTheClockWraps) {
    const SteadyTime begin{seconds(1000)};
    StreamPace pace;
    pace.on_clock(ts::kPcrWrap - ts::kPcrHz, begin);
    pace.on_clock(ts::kPcrHz, begin);
    EXPECT_EQ(pace.ahead(begin), seconds(2));
}

} // namespace
} // namespace plex_tuner::gateway
