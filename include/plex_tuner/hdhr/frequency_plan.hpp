// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace plex_tuner::hdhr {

/// Where a scan finds the lineup: in its order on the channels 14 to 36 of the map us-bcast, as
/// many programs on each as it takes, numbered from 1.
class FrequencyPlan {
public:
    static constexpr std::uint32_t kFirst = 473'000'000; ///< Hz, the middle of channel 14
    static constexpr std::uint32_t kStep = 6'000'000;
    static constexpr std::size_t kFrequencies = 23;

    explicit FrequencyPlan(std::size_t channels) noexcept : channels_(channels) {}

    struct Multiplex {
        std::size_t first = 0; ///< in the lineup
        std::size_t count = 0;
    };

    /// nullopt: there is nothing.
    [[nodiscard]] std::optional<Multiplex> at(std::uint32_t frequency) const noexcept;

private:
    std::size_t channels_;
};

} // namespace plex_tuner::hdhr
