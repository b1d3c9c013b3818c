// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bandwidth_policy.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// A segment, by what stays of it over reconnections: tokens in its address do not.
struct PlayedSegment {
    std::uint64_t sequence = 0;
    std::string path; ///< of its address
};

/// What one run of a source leaves to the next within the session of a channel.
struct SourceMemory {
    BandwidthPolicy bandwidth = {};
    std::optional<PlayedSegment> last_segment = {}; ///< the last that was played to its end
};

} // namespace plex_tuner::gateway
