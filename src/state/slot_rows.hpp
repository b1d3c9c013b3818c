// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.hpp"
#include "slot_policy.hpp"

#include <plex_tuner/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::state {

/// Tables account and slot of ledger.db. An unknown account is one nothing is known about.
[[nodiscard]] Result<AccountRow> load_account(Database& database, std::string_view account);
[[nodiscard]] Result<std::vector<std::pair<std::string, AccountRow>>> load_accounts(
    Database& database);
/// A new account may push the longest unused one out.
[[nodiscard]] Result<void> store_account(
    Database& database, std::string_view account, const AccountRow& row, TimePoint now);

/// The oldest first, without those whose time to linger is over, which are removed.
[[nodiscard]] Result<std::vector<SlotRow>> load_slots(
    Database& database, std::string_view account, TimePoint now);

[[nodiscard]] Result<std::optional<LastLook>> load_look(
    Database& database, std::string_view account);
[[nodiscard]] Result<void> store_look(
    Database& database, std::string_view account, const LastLook& look);

} // namespace plex_tuner::state
