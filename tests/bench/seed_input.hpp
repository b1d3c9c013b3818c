// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace plex_tuner::bench {

// The size of the feed this project was founded on (upstream-spec 14.7, perf-baselines).
inline constexpr int kChannels = 6'207;
inline constexpr int kGuideChannels = 5'925;
inline constexpr int kProgrammes = 148'125;

/// kChannels entries, the first kGuideChannels with a tvg-id of the guide.
[[nodiscard]] std::string seed_playlist(const std::string& stream_base);

/// About 70 MB of XMLTV around now.
[[nodiscard]] std::string seed_guide();

} // namespace plex_tuner::bench
