// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <span>

namespace plex_tuner::catalog {

/// Sorts by category, region, language, source tag and title, then year, then id. Of the five texts
/// only letters (in any case) and digits of ASCII count, all between them is one blank; ids are
/// compared byte by byte. Equal records keep their order, so the result depends on nothing else.
void sort_vod(std::span<Movie> movies);
void sort_vod(std::span<Series> series);

} // namespace plex_tuner::catalog
