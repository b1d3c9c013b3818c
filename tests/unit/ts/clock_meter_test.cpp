// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/clock_meter.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;
using std::chrono::milliseconds;

constexpr std::int64_t kMs = kPcrHz / 1'000;
constexpr SteadyTime kBegin{std::chrono::hours(1)};

/// A clock reference every 40 ms that arrives when `arrival` says, in ms, given its time.
template <class Arrival>
ClockMeter watched(int references, Arrival arrival, std::int64_t first = 0) {
    ClockMeter meter;
    for (int i = 0; i < references; ++i) {
        const std::int64_t time = std::int64_t{40} * i;
        meter.feed(pcr_packet(kVideoPid, 0, (first + time * kMs) % kPcrWrap),
            kBegin + milliseconds(arrival(time)));
    }
    return meter;
}

TEST(ClockMeter, TellsIntervalsAndHowFarTheClockHasRun) {
    const ClockMeter meter = watched(101, [](std::int64_t time) { return time; });
    EXPECT_EQ(meter.pid(), kVideoPid);
    EXPECT_EQ(meter.count(), 101U);
    EXPECT_EQ(meter.played(), 4'000 * kMs);
    EXPECT_EQ(meter.overall().interval,
        (StepStats{.count = 100, .min = 40 * kMs, .max = 40 * kMs, .sum = 4'000 * kMs}));
    EXPECT_EQ(meter.recent().interval.count, 100U) << "there is no whole window yet";
    EXPECT_EQ(meter.recent().jitter, std::nullopt);
    EXPECT_EQ(meter.jumps(), 0U);
}

TEST(ClockMeter, GoesOnOverTheWrap) {
    const ClockMeter meter =
        watched(101, [](std::int64_t time) { return time; }, kPcrWrap - 1'000 * kMs);
    EXPECT_EQ(meter.played(), 4'000 * kMs);
    EXPECT_EQ(meter.jumps(), 0U);
}

TEST(ClockMeter, AnEvenStreamHasNoJitterAndAnUnevenOneHasItsOwn) {
    EXPECT_EQ(watched(260, [](std::int64_t time) { return time; }).recent().jitter, 0);
    // What belongs to each second comes at its end.
    const auto bursts = [](std::int64_t time) {
        return (time / 1'000 + 1) * 1'000;
    };
    EXPECT_EQ(watched(260, bursts).recent().jitter, 960 * kMs);
    // A drift of the clocks against each other is small within a window.
    const ClockMeter drifting =
        watched(10'000, [](std::int64_t time) { return time + time / 10'000; });
    EXPECT_LE(drifting.overall().jitter.value_or(-1), 2 * kMs);
    EXPECT_GE(drifting.overall().jitter.value_or(-1), 0);
}

TEST(ClockMeter, TheWorstWindowStaysInTheWhole) {
    const ClockMeter meter = watched(
        1'000, [](std::int64_t time) { return time > 12'000 && time < 12'500 ? 12'500 : time; });
    EXPECT_EQ(meter.recent().jitter, 0);
    EXPECT_EQ(meter.overall().jitter, 460 * kMs);
}

TEST(ClockMeter, WhatDoesNotComeAtItsPaceHasNoJitter) {
    EXPECT_EQ(watched(600, [](std::int64_t) { return 0; }).overall().jitter, std::nullopt);
    EXPECT_EQ(
        watched(600, [](std::int64_t time) { return time * 3; }).overall().jitter, std::nullopt);
}

TEST(ClockMeter, ABurstAtTheBeginIsNoJitter) {
    // Four seconds come at once.
    const auto arrival = [](std::int64_t time) {
        return std::max<std::int64_t>(time - 4'000, 0);
    };
    EXPECT_EQ(watched(260, arrival).recent().jitter, std::nullopt);
    EXPECT_EQ(watched(520, arrival).recent().jitter, 0);
    EXPECT_EQ(watched(520, arrival).overall().jitter, 0);
}

TEST(ClockMeter, JumpsAreNotPlayedAndCountedUnlessAnnounced) {
    ClockMeter meter;
    const auto feed = [&](std::int64_t ms, bool announced) {
        PesOptions options;
        options.pcr = ms * kMs;
        options.discontinuity = announced;
        TsBuilder builder;
        builder.pes(kVideoPid, h264::p_frame(), options);
        meter.feed(builder.bytes(), kBegin);
    };
    feed(0, false);
    feed(100, false);
    feed(50'000, false);
    feed(50'100, false);
    feed(0, true);
    feed(100, false);
    EXPECT_EQ(meter.played(), 300 * kMs);
    EXPECT_EQ(meter.jumps(), 1U);
    meter.new_clock();
    feed(70'000, false);
    feed(70'100, false);
    EXPECT_EQ(meter.played(), 400 * kMs);
    EXPECT_EQ(meter.jumps(), 1U);
}

TEST(ClockMeter, TakesTheClockOfOneProgramUntilItIsSilent) {
    ClockMeter meter;
    const auto feed = [&](std::uint16_t pid, int references) {
        for (int i = 0; i < references; ++i) {
            meter.feed(pcr_packet(pid, 0, std::int64_t{40} * i * kMs), kBegin);
        }
    };
    feed(0x100, 10);
    feed(0x200, 50);
    EXPECT_EQ(meter.pid(), 0x100);
    EXPECT_EQ(meter.count(), 10U);
    feed(0x200, 100);
    EXPECT_EQ(meter.pid(), 0x200);
    EXPECT_EQ(meter.jumps(), 0U);
}

} // namespace
} // namespace plex_tuner::ts
