// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fleet/plan.hpp>

#include <string>

namespace plex_tuner::fleet {

/// What a plan would run, as a table; without secrets.
[[nodiscard]] std::string plan_text(const Plan& plan);
/// The same as JSON, with warnings and problems, indented by two blanks.
[[nodiscard]] std::string plan_json(const Plan& plan);

} // namespace plex_tuner::fleet
