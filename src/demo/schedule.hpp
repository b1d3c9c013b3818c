// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channels.hpp"

#include <plex_tuner/base/clock.hpp>

#include <string_view>
#include <vector>

namespace plex_tuner::demo {

enum class ProgrammeKind { film, series, bulletin };

/// One invented broadcast. Texts live as long as the process.
struct Programme {
    WallTime start;
    WallTime stop;
    ProgrammeKind kind = ProgrammeKind::series;
    std::string_view title;
    std::string_view subtitle; ///< empty for films and bulletins
    std::string_view description;
    std::string_view category;
    int season = 0;  ///< from 1; 0 without
    int episode = 0; ///< from 1; 0 without
    int year = 0;    ///< of a film; 0 without
};

/// What a channel broadcasts at some time of [from, to): back to back, in order, 30 to 90 minutes
/// each. A function of absolute time: the same hour has the same programme in each call.
[[nodiscard]] std::vector<Programme> schedule(Flavour flavour, WallTime from, WallTime to);

} // namespace plex_tuner::demo
