// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace plex_tuner::testing {

/// When a recording of media that is black and silent flashes and beeps, in seconds, as ffmpeg
/// finds it. The end of the recording may count as one.
struct Marks {
    std::vector<double> flashes;
    std::vector<double> beeps;
    std::string said; ///< by ffmpeg
};

[[nodiscard]] Marks marks_of(const std::string& file);

} // namespace plex_tuner::testing
