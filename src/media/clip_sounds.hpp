// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plex_tuner::media {

inline constexpr int kSampleRate = 48000; ///< Hz, what DVB and ATSC broadcasts use

/// A sound partial: a sine that starts at once, fades exponentially, and ends softly.
struct Tone {
    double start = 0;  ///< seconds
    double length = 1; ///< seconds
    double hertz = 440;
    double amplitude = 0.1; ///< of full scale
    double decay = 0;       ///< e-folds per second
    double pan = 0.5;       ///< 0 left, 1 right
};

/// Stereo samples on a ring: a tone that passes the end goes on at the beginning, so the sound can
/// be repeated without a seam.
class SoundLoop {
public:
    explicit SoundLoop(std::size_t samples) : left_(samples), right_(samples) {}

    void add(const Tone& tone);

    [[nodiscard]] std::size_t size() const noexcept { return left_.size(); }

    /// `index` may be anything, also negative.
    [[nodiscard]] float left(std::int64_t index) const { return left_[wrapped(index)]; }

    [[nodiscard]] float right(std::int64_t index) const { return right_[wrapped(index)]; }

private:
    [[nodiscard]] std::size_t wrapped(std::int64_t index) const {
        const auto count = static_cast<std::int64_t>(left_.size());
        return static_cast<std::size_t>((index % count + count) % count);
    }

    std::vector<float> left_;
    std::vector<float> right_;
};

/// A pip of 1 kHz at each second over a quiet tone; `seconds` long.
[[nodiscard]] SoundLoop make_bars_sound(int seconds);

/// A quiet chord, and a thud from the ball's side every `bounce_seconds`, `bounces` times.
[[nodiscard]] SoundLoop make_motion_sound(double bounce_seconds, int bounces);

/// Length of the tune of make_radio_sound.
inline constexpr double kTuneSeconds = 19.2;
/// Eight bars of plucked notes, composed for this program.
[[nodiscard]] SoundLoop make_radio_sound();

} // namespace plex_tuner::media
