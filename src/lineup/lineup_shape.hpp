// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/lineup/pipeline.hpp>

namespace plex_tuner::lineup {

/// How early a channel comes in a lineup of that shape: higher is earlier.
[[nodiscard]] int shape_score(const catalog::LiveChannel& channel, Shape shape, Region region);

} // namespace plex_tuner::lineup
