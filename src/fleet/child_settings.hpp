// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/loader.hpp>
#include <plex_tuner/fleet/plan.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace plex_tuner::fleet {

/// A command that serves channels.
[[nodiscard]] bool is_tuner_command(std::string_view command);

/// The settings that a child will read at its start. `problems` count for tuners alone: other
/// commands have flags of their own, which are not known here.
[[nodiscard]] config::Loaded load_child_settings(const ChildPlan& child, const PlanInputs& inputs);

/// The whole path of what a child calls `path`, in one spelling.
[[nodiscard]] std::filesystem::path whole_path(
    const ChildPlan& child, const std::filesystem::path& path);

/// Where a secret stands in the arguments: "args[2]". Everybody on the machine can read those.
[[nodiscard]] std::optional<std::string> secret_in_arguments(
    const std::vector<std::string>& arguments, const PlanInputs& inputs);

/// Of the variables of an instance, one that holds a secret.
[[nodiscard]] std::optional<std::string> secret_in_environment(
    const Environment& environment, const PlanInputs& inputs);

/// Of everything that makes the process what it is.
[[nodiscard]] std::string fingerprint_of(const ChildPlan& child, const config::Loaded& settings);

} // namespace plex_tuner::fleet
