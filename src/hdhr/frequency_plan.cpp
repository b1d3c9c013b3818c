// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/frequency_plan.hpp>

#include <algorithm>

namespace plex_tuner::hdhr {

std::optional<FrequencyPlan::Multiplex> FrequencyPlan::at(std::uint32_t frequency) const noexcept {
    if (frequency < kFirst || (frequency - kFirst) % kStep != 0) {
        return std::nullopt;
    }
    const std::size_t index = (frequency - kFirst) / kStep;
    const std::size_t each = (channels_ + kFrequencies - 1) / kFrequencies;
    if (index >= kFrequencies || index * each >= channels_) {
        return std::nullopt;
    }
    return Multiplex{.first = index * each, .count = std::min(each, channels_ - index * each)};
}

} // namespace plex_tuner::hdhr
