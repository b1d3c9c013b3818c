// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.hpp"
#include "governor_policy.hpp"

#include <plex_tuner/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::state {

/// Tables governor and permit of ledger.db.
[[nodiscard]] Result<std::optional<GovernorRow>> load_governor(
    Database& database, std::string_view key);
[[nodiscard]] Result<std::vector<std::pair<std::string, GovernorRow>>> load_governors(
    Database& database);
/// A new key may push the longest unused one out.
[[nodiscard]] Result<void> store_governor(
    Database& database, std::string_view key, const GovernorRow& row, TimePoint now);
[[nodiscard]] Result<InFlight> count_permits(Database& database, std::string_view key);

} // namespace plex_tuner::state
