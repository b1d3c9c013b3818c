// SPDX-License-Identifier: GPL-3.0-or-later
// Which libraries of Plex have to look where after something changed on disk, decided without
// asking anybody.
#pragma once

#include <plex_tuner/plex/library.hpp>

#include <span>
#include <string>
#include <vector>

namespace plex_tuner::plex {

struct LibraryScan {
    std::string key = {};
    std::string path = {}; ///< empty: everything the library shows
    friend bool operator==(const LibraryScan&, const LibraryScan&) = default;
};

/// For directories as Plex sees them, one scan each where a library shows more than it, one of all
/// where a library shows it or a part of it. Of scans of a library that has to look at everything
/// that one is left.
[[nodiscard]] std::vector<LibraryScan> plan_scans(
    std::span<const std::string> changed, std::span<const Library> libraries);

} // namespace plex_tuner::plex
