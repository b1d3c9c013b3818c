// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

namespace plex_tuner::ts {

/// Distances between neighbours, in ticks of a clock that its owner names.
struct StepStats {
    std::uint64_t count = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::int64_t sum = 0;

    void add(std::int64_t step) noexcept {
        min = count == 0 ? step : std::min(min, step);
        max = count == 0 ? step : std::max(max, step);
        sum += step;
        ++count;
    }

    /// 0 without any.
    [[nodiscard]] double mean() const noexcept {
        return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
    }

    friend bool operator==(const StepStats&, const StepStats&) = default;
};

} // namespace plex_tuner::ts
