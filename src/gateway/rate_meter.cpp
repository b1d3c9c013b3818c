// SPDX-License-Identifier: GPL-3.0-or-later
#include "rate_meter.hpp"

namespace plex_tuner::gateway {

void RateMeter::add(std::size_t bytes, SteadyTime now) noexcept {
    if (window_begin_ == SteadyTime{}) {
        window_begin_ = now;
    }
    window_bytes_ += bytes;
    const auto passed = now - window_begin_;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
    if (passed < kWindow || micros == 0) {
        return;
    }
    rate_.store(window_bytes_ * 8 * 1'000'000 / static_cast<std::uint64_t>(micros),
        std::memory_order_relaxed);
    updated_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    window_begin_ = now;
    window_bytes_ = 0;
}

std::uint64_t RateMeter::bits_per_second(SteadyTime now) const noexcept {
    const SteadyTime updated{SteadyTime::duration(updated_.load(std::memory_order_relaxed))};
    return now - updated > kStale ? 0 : rate_.load(std::memory_order_relaxed);
}

} // namespace plex_tuner::gateway
