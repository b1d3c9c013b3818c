// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace plex_tuner::gateway {

/// How far a stream's clock runs ahead of ours. Confined to the session's strand.
class StreamPace {
public:
    /// The latest clock reference that was sent, of a clock without jumps; 27 MHz.
    void on_clock(std::int64_t pcr, SteadyTime now) noexcept;

    /// How much more stream time than real time has passed since the first one: above zero for a
    /// source that delivers faster than it plays. Zero without a clock.
    [[nodiscard]] std::chrono::milliseconds ahead(SteadyTime now) const noexcept;

private:
    std::optional<std::int64_t> last_;
    std::int64_t ticks_ = 0;
    SteadyTime began_{};
};

} // namespace plex_tuner::gateway
