// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.hpp"

#include <plex_tuner/base/result.hpp>

#include <optional>
#include <string>

namespace plex_tuner::state {

/// How this machine stood among others when they last counted together.
struct Standing {
    int machines = 1; ///< that lived, with this one
    int rank = 0;     ///< of this one among them, from 0

    friend bool operator==(const Standing&, const Standing&) = default;
};

/// The name of this machine among others: `fresh` when it has none yet.
[[nodiscard]] Result<std::string> machine_id(Database& database, const std::string& fresh);

/// Empty: it has never counted with others.
[[nodiscard]] Result<std::optional<Standing>> load_standing(Database& database);
/// The machine has a name already.
[[nodiscard]] Result<void> store_standing(Database& database, const Standing& standing);

} // namespace plex_tuner::state
