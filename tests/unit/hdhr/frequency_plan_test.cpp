// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/frequency_plan.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::hdhr {
namespace {

TEST(FrequencyPlan, EveryChannelIsOnExactlyOneFrequency) {
    for (const std::size_t channels : {0U, 1U, 22U, 23U, 24U, 480U}) {
        const FrequencyPlan plan(channels);
        std::size_t next = 0;
        for (std::uint32_t frequency = 57'000'000; frequency < 900'000'000;
            frequency += 1'000'000) {
            if (const auto multiplex = plan.at(frequency)) {
                EXPECT_EQ(multiplex->first, next) << channels;
                EXPECT_GT(multiplex->count, 0u);
                next += multiplex->count;
            }
        }
        EXPECT_EQ(next, channels);
    }
    EXPECT_EQ(FrequencyPlan(23).at(527'000'000)->first, 9u) << "channel 23 of the map";
    EXPECT_EQ(FrequencyPlan(480).at(473'000'000)->count, 21u);
}

} // namespace
} // namespace plex_tuner::hdhr
