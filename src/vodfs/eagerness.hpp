// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>

namespace plex_tuner::vodfs {

/// When to look for the next question rather than to sleep until it wakes us. Whoever walks through
/// directories asks one question after the other, and in a virtual machine to fall asleep and to be
/// woken takes many times as long as the answer.
class Eagerness {
public:
    /// A question came.
    void asked(SteadyTime now) noexcept { streak_ = now - answered_at_ <= kGap ? streak_ + 1 : 0; }

    void answered(SteadyTime now) noexcept { answered_at_ = now; }

    /// Several came at once behind the last answer, and the next may.
    [[nodiscard]] bool looks_again(SteadyTime now) const noexcept {
        return streak_ >= kStreak && now - answered_at_ <= kGap;
    }

private:
    static constexpr std::chrono::microseconds kGap{200};
    /// A player that reads a file must not keep a processor busy between its reads.
    static constexpr int kStreak = 8;

    SteadyTime answered_at_;
    int streak_ = 0;
};

} // namespace plex_tuner::vodfs
