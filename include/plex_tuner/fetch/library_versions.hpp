// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/library_version.hpp>

namespace plex_tuner::fetch {

/// The third-party libraries this module owns.
[[nodiscard]] std::vector<LibraryVersion> library_versions();

} // namespace plex_tuner::fetch
