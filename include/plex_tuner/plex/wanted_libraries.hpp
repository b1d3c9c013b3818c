// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/plex/library.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

/// Where films and series are mounted, and what their libraries shall be called. "{lane}" stands
/// for the name of a lane where there are several.
struct LibraryPlaces {
    std::string mount = {};     ///< as this program sees it
    std::string plex_path = {}; ///< as Plex sees it; empty: the same
    std::string films_name = {};
    std::string series_name = {};
    bool films = true;
    bool series = true;
};

/// Of one mount. The error says which path is not specific enough to be a library.
[[nodiscard]] Result<std::vector<WantedLibrary>> libraries_of_mount(const LibraryPlaces& places);

/// Of several mounts, one for each lane that a manifest of `vod-split` names; films and series only
/// where the lane has some. Without "{lane}" a mount is the directory of that name in `mount`, and
/// a library has it behind its name.
[[nodiscard]] Result<std::vector<WantedLibrary>> libraries_of_lanes(
    const LibraryPlaces& places, std::string_view manifest);

/// A path in `mount` as Plex sees it; none: it lies in no mount.
[[nodiscard]] std::optional<std::string> path_for_plex(
    const std::vector<WantedLibrary>& libraries, std::string_view local_path);

} // namespace plex_tuner::plex
