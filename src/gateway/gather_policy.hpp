// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace plex_tuner::gateway {

/// When to read a source again. A live source sends a network packet every few milliseconds; taking
/// what has come every 50 ms makes slabs of a useful size and a twentieth of the wake-ups. A burst
/// (an HLS segment, a source that is not paced) is read on without waiting. Pure.
class GatherPolicy {
public:
    static constexpr std::chrono::milliseconds kWindow{50};
    /// So much within a window is a burst: above 40 Mb/s.
    static constexpr std::size_t kBurstBytes = 256 * 1024;

    /// After a chunk of `bytes` has been taken at `now`: when to read on, nothing for at once.
    [[nodiscard]] std::optional<SteadyTime> after_chunk(std::size_t bytes, SteadyTime now) noexcept;

private:
    SteadyTime window_end_{};
    std::size_t window_bytes_ = 0;
    bool burst_ = false;
};

} // namespace plex_tuner::gateway
