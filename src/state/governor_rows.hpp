// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.hpp"
#include "governor_policy.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::state {

/// What is written down may come from anywhere: numbers outside of the enum are a back-off.
[[nodiscard]] WaitReason reason_from_number(std::int64_t value);

/// The row, settled, for metrics and pages.
[[nodiscard]] GovernorStatus status_of(
    std::string key, const GovernorRow& row, InFlight in_flight, TimePoint now);

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
