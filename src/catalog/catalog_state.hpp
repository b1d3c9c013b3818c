// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "arena.hpp"

#include <plex_tuner/catalog/catalog.hpp>

#include <vector>

namespace plex_tuner::catalog {

struct Catalog::State {
    Arena arena;
    std::vector<LiveChannel> live_channels;
    std::vector<Movie> movies;
    std::vector<Series> series;
};

} // namespace plex_tuner::catalog
