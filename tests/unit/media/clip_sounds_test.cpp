// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_sounds.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

float loudest(const SoundLoop& sound) {
    float peak = 0;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(sound.size()); ++i) {
        peak = std::max({peak, std::abs(sound.left(i)), std::abs(sound.right(i))});
    }
    return peak;
}

/// The greatest step between neighbouring samples in [from, to).
float steepest(const SoundLoop& sound, std::int64_t from, std::int64_t to) {
    float step = 0;
    for (std::int64_t i = from; i < to; ++i) {
        step = std::max({step, std::abs(sound.left(i + 1) - sound.left(i)),
            std::abs(sound.right(i + 1) - sound.right(i))});
    }
    return step;
}

TEST(SoundLoop, IsPeriodicInBothDirections) {
    SoundLoop sound(4800);
    sound.add({.length = 0.05, .hertz = 1000, .amplitude = 0.5});
    const std::int64_t size = 4800;
    EXPECT_EQ(sound.left(7), sound.left(7 + size));
    EXPECT_EQ(sound.left(7), sound.left(7 - 3 * size));
}

TEST(SoundLoop, CarriesATailOverTheEnd) {
    SoundLoop sound(4800);
    sound.add({.start = 0.09, .length = 0.05, .hertz = 1000, .amplitude = 0.5});
    float at_start = 0;
    for (int i = 0; i < 480; ++i) {
        at_start = std::max(at_start, std::abs(sound.left(i)));
    }
    EXPECT_GT(at_start, 0.2F);
    EXPECT_EQ(sound.left(2400), 0.0F) << "after the tail";
}

TEST(SoundLoop, PansBetweenTheChannels) {
    SoundLoop sound(4800);
    sound.add({.length = 0.1, .hertz = 1000, .amplitude = 0.5, .pan = 1});
    EXPECT_EQ(sound.left(1212), 0.0F);
    EXPECT_NEAR(sound.right(12), 0.5F, 0.001F) << "a quarter of a period of 1 kHz";
}

TEST(ClipSounds, StayBelowFullScaleAndAreAudible) {
    for (const SoundLoop& sound :
        {make_bars_sound(4), make_motion_sound(1.92, 5), make_radio_sound()}) {
        EXPECT_LT(loudest(sound), 0.9F);
        EXPECT_GT(loudest(sound), 0.1F);
    }
}

TEST(ClipSounds, HaveNoStepWhereTheyRepeat) {
    for (const SoundLoop& sound :
        {make_bars_sound(4), make_motion_sound(1.92, 5), make_radio_sound()}) {
        const auto size = static_cast<std::int64_t>(sound.size());
        EXPECT_LE(steepest(sound, size - 10, size + 10), steepest(sound, 0, size - 1));
    }
}

TEST(BarsSound, PipsAtEachSecond) {
    const SoundLoop sound = make_bars_sound(2);
    const auto peak = [&](int from, int to) {
        float value = 0;
        for (int i = from; i < to; ++i) {
            value = std::max(value, std::abs(sound.left(i)));
        }
        return value;
    };
    for (int second = 0; second < 2; ++second) {
        const int start = second * kSampleRate;
        EXPECT_GT(peak(start, start + kSampleRate / 10), 0.15F);
        EXPECT_LT(peak(start + kSampleRate / 5, start + kSampleRate), 0.05F);
    }
}

} // namespace
} // namespace plex_tuner::media
