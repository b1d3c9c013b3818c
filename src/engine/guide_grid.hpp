// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guide_facts.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace plex_tuner::engine {

/// A part of the guide: some channels, some hours.
struct GridQuery {
    static constexpr std::size_t kMostChannels = 100;
    static constexpr std::chrono::hours kLongest{24};

    WallTime from{};
    std::chrono::hours hours{6};
    std::size_t first = 0; ///< among those that `search` finds
    std::size_t count = 30;
    std::string_view search; ///< a part of the name or the begin of the number; empty: all
};

/// That part as a JSON object (docs/reference/http-api.md). `guide_file` is open for reading and is
/// the guide that `facts` tell of; `facts` belong to `lineup`. Reads the file: where that may
/// block.
[[nodiscard]] std::string guide_grid_json(
    const lineup::Lineup& lineup, const GuideFacts& facts, int guide_file, const GridQuery& query);

} // namespace plex_tuner::engine
