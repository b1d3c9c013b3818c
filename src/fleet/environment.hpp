// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fleet/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

/// What files of KEY=VALUE lines add to an environment.
struct EnvironmentFiles {
    Environment environment;
    std::vector<std::string> warnings;
    std::vector<std::string> problems; ///< a file cannot be read
};

/// Variables that are there already stay; of several files the last one counts.
[[nodiscard]] EnvironmentFiles with_environment_files(
    const Environment& environment, const std::vector<std::string>& files);

/// What a child may have of the variables about Plex: with all of them every tuner would poll it.
enum class PlexShare {
    none,
    server, ///< address and token: it sets itself up there, or asks who watches
    all,    ///< it ends sessions for all
};

/// What a child gets of the supervisor's environment, with its own on top.
[[nodiscard]] Environment child_environment(
    const Environment& supervisor, const Environment& own, PlexShare share);

} // namespace plex_tuner::fleet
