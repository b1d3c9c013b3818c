// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace plex_tuner::media {

/// Whether a process at the other end of a socket shows any. What goes into the socket is no sign
/// of life, only what comes out at the other end, or back. Pure.
class LifeSigns {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// It has just been given something to do, has given something, or waits for us.
    void saw(Time now) noexcept { last_ = now; }

    /// So many bytes are to be taken by it.
    void put(std::size_t bytes) noexcept { put_ += static_cast<std::int64_t>(bytes); }

    /// So many of them it has not taken, with what the kernel keeps beside them; `must_act`: it
    /// has something to do even when that is nothing. How long it has been silent by now.
    [[nodiscard]] Time::duration silence(Time now, std::size_t not_taken, bool must_act) noexcept {
        const std::int64_t taken = put_ - static_cast<std::int64_t>(not_taken);
        // One with nothing to do waits for us, not we for it.
        if (taken > most_taken_ || (not_taken == 0 && !must_act)) {
            last_ = now;
        }
        most_taken_ = std::max(most_taken_, taken);
        return now - last_;
    }

private:
    std::int64_t put_ = 0;
    std::int64_t most_taken_ = 0; ///< as far as is known
    Time last_{};
};

} // namespace plex_tuner::media
