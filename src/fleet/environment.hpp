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

/// The variables that one child alone may have: with them every tuner would poll Plex.
[[nodiscard]] bool is_of_reaper(std::string_view name);

/// What a child gets of the supervisor's environment, with its own on top.
[[nodiscard]] Environment child_environment(
    const Environment& supervisor, const Environment& own, bool is_reaper);

} // namespace plex_tuner::fleet
