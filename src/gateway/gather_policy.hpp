// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace plex_tuner::gateway {

/// When to read a source again. A live source sends a network packet every few milliseconds; taking
/// what has come every 50 ms makes slabs of a useful size and a twentieth of the wake-ups. What has
/// already come is taken without waiting, so that no rate is too high. Pure.
class GatherPolicy {
public:
    static constexpr std::chrono::milliseconds kWindow{50};

    /// After a read of `bytes` has been taken at `now`: when to read on, nothing for at once.
    [[nodiscard]] std::optional<SteadyTime> after_read(std::size_t bytes, SteadyTime now) noexcept;

private:
    SteadyTime window_end_{};
};

} // namespace plex_tuner::gateway
