// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_sounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace plex_tuner::media {
namespace {

constexpr double kRampSeconds = 0.004; // at both ends of a tone, against clicks

std::size_t samples_in(double seconds) {
    return static_cast<std::size_t>(std::llround(seconds * kSampleRate));
}

/// Equal-tempered pitch of a MIDI note number (69 is 440 Hz).
double pitch(int note) {
    return 440.0 * std::exp2((note - 69) / 12.0);
}

struct Bar {
    int root;                  // bass note
    std::array<int, 8> melody; // one note per eighth; 0 is a rest
};

// C major; the harmony goes I vi IV V, I vi ii V.
constexpr std::array<Bar, 8> kTune{{
    {48, {64, 67, 72, 67, 71, 67, 64, 67}},
    {45, {64, 69, 72, 69, 76, 72, 69, 72}},
    {41, {65, 69, 72, 77, 76, 72, 69, 0}},
    {43, {62, 67, 71, 74, 72, 71, 67, 71}},
    {48, {76, 72, 67, 72, 74, 72, 67, 64}},
    {45, {64, 69, 76, 69, 72, 0, 69, 71}},
    {50, {65, 69, 74, 77, 74, 69, 65, 69}},
    {43, {67, 71, 74, 79, 77, 74, 71, 0}},
}};

} // namespace

void SoundLoop::add(const Tone& tone) {
    // The sine is one part of a phasor that turns and shrinks by a constant factor per sample.
    const double angle = 2 * std::numbers::pi * tone.hertz / kSampleRate;
    const double shrink = std::exp(-tone.decay / kSampleRate);
    const double turn_real = shrink * std::cos(angle);
    const double turn_imaginary = shrink * std::sin(angle);
    double real = tone.amplitude;
    double sine = 0;
    const double right_share = std::sqrt(std::clamp(tone.pan, 0.0, 1.0));
    const double left_share = std::sqrt(1.0 - std::clamp(tone.pan, 0.0, 1.0));
    const std::size_t length = samples_in(tone.length);
    const std::size_t ramp =
        std::max<std::size_t>(1, std::min(samples_in(kRampSeconds), length / 2));
    const bool whole = length == size() && tone.decay == 0; // continuous: nothing to ramp
    std::size_t position = samples_in(tone.start) % size();
    for (std::size_t i = 0; i < length; ++i) {
        const std::size_t from_edge = std::min(i, length - 1 - i);
        const double gain = whole || from_edge >= ramp
                                ? 1.0
                                : static_cast<double>(from_edge) / static_cast<double>(ramp);
        const double value = sine * gain;
        left_[position] += static_cast<float>(value * left_share);
        right_[position] += static_cast<float>(value * right_share);
        const double next = real * turn_real - sine * turn_imaginary;
        sine = real * turn_imaginary + sine * turn_real;
        real = next;
        position = position + 1 == size() ? 0 : position + 1;
    }
}

SoundLoop make_bars_sound(int seconds) {
    SoundLoop sound(samples_in(seconds));
    sound.add({.length = static_cast<double>(seconds), .hertz = 220, .amplitude = 0.03});
    for (int second = 0; second < seconds; ++second) {
        sound.add({.start = static_cast<double>(second),
            .length = 0.1,
            .hertz = 1000,
            .amplitude = 0.25});
    }
    return sound;
}

SoundLoop make_motion_sound(double bounce_seconds, int bounces) {
    const double seconds = bounce_seconds * bounces;
    SoundLoop sound(samples_in(seconds));
    // Frequencies with a whole number of periods in the loop, in the ratio 4 : 5 : 6.
    const double base = std::round(220 * seconds) / seconds;
    for (const double ratio : {1.0, 1.25, 1.5}) {
        const double hertz = std::round(base * ratio * seconds) / seconds;
        sound.add({.length = seconds, .hertz = hertz, .amplitude = 0.03});
    }
    for (int bounce = 0; bounce < bounces; ++bounce) {
        const double pan = 1.0 - std::abs(2.0 * bounce / bounces - 1.0);
        for (const double hertz : {110.0, 165.0, 330.0}) {
            sound.add({.start = bounce * bounce_seconds,
                .length = bounce_seconds,
                .hertz = hertz,
                .amplitude = 22.0 / hertz,
                .decay = 9,
                .pan = pan});
        }
    }
    return sound;
}

SoundLoop make_radio_sound() {
    constexpr double kEighth = kTuneSeconds / (kTune.size() * 8);
    SoundLoop sound(samples_in(kTuneSeconds));
    const auto pluck = [&](double start, int note, double amplitude, double pan) {
        for (const int harmonic : {1, 2, 3}) {
            sound.add({.start = start,
                .length = 1.2,
                .hertz = pitch(note) * harmonic,
                .amplitude = amplitude / (harmonic * harmonic),
                .decay = 2.5 + harmonic,
                .pan = pan});
        }
    };
    double time = 0;
    for (const Bar& bar : kTune) {
        pluck(time, bar.root, 0.20, 0.5);
        pluck(time + 4 * kEighth, bar.root + 7, 0.14, 0.5);
        double pan = 0.25;
        for (const int note : bar.melody) {
            if (note != 0) {
                pluck(time, note, 0.16, pan);
            }
            pan = 1.0 - pan;
            time += kEighth;
        }
    }
    return sound;
}

} // namespace plex_tuner::media
