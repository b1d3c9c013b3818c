// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace plex_tuner::gateway {

/// Bits per second over the last whole second or more. add() belongs to one strand, the reading may
/// come from any thread.
class RateMeter {
public:
    void add(std::size_t bytes, SteadyTime now) noexcept;
    /// 0 when nothing has come for kStale.
    [[nodiscard]] std::uint64_t bits_per_second(SteadyTime now) const noexcept;

private:
    static constexpr std::chrono::seconds kWindow{1};
    /// Longer than the pauses between HLS segments of usual length.
    static constexpr std::chrono::seconds kStale{15};

    SteadyTime window_begin_{};
    std::uint64_t window_bytes_ = 0;
    std::atomic<std::uint64_t> rate_{0};
    std::atomic<SteadyTime::rep> updated_{0};
};

} // namespace plex_tuner::gateway
