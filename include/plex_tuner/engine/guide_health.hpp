// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace plex_tuner::engine {

/// Where a tuner leaves what its guide has for each channel, each time it has built one: as a
/// table, or as JSON.
[[nodiscard]] std::filesystem::path guide_health_file(
    const std::filesystem::path& state_directory, bool json);

} // namespace plex_tuner::engine
