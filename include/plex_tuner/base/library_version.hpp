// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace plex_tuner {

/// A third-party library as it is at run time, for --version. Each module that owns one offers
/// `std::vector<LibraryVersion> library_versions()`.
struct LibraryVersion {
    std::string name;
    std::string version;
};

} // namespace plex_tuner
