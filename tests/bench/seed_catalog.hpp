// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

namespace plex_tuner::bench {

// The account this project was founded on (perf-baselines); ten episodes per series are our guess.
inline constexpr int kSeedChannels = 6'207;
inline constexpr int kSeedMovies = 157'331;
inline constexpr int kSeedSeries = 41'391;
inline constexpr int kSeedSeasons = 2;
inline constexpr int kSeedEpisodesPerSeason = 5;

/// A catalog of that size, its texts as long as a panel's; the same one every time.
[[nodiscard]] catalog::Catalog seed_catalog(int episodes_per_season = kSeedEpisodesPerSeason);

} // namespace plex_tuner::bench
