// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/clock_meter.hpp>
#include <plex_tuner/ts/step_stats.hpp>

#include <cstdint>

namespace plex_tuner::gateway {

/// How a channel's stream is, since the channel was opened: what its sources sent, and what was
/// done about it.
struct StreamInsight {
    ts::StepStats key_frames{};     ///< between key frames, as viewers get them; 90 kHz
    ts::ClockMeter::Window clock{}; ///< of what the source sent in the last ten seconds; 27 MHz
    std::uint64_t continuity_errors = 0;
    std::uint64_t sync_losses = 0;
    std::uint64_t dropped_packets = 0; ///< damaged, or of a reserved form
    std::uint64_t damaged_units = 0;   ///< pictures and pieces of sound left out
    std::uint64_t splices = 0;         ///< seams and jumps of clocks that viewers do not see
};

} // namespace plex_tuner::gateway
