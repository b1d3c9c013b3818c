// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_client.hpp"
#include "redis_table.hpp"
#include "slot_policy.hpp"

#include <plex_tuner/base/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

/// A slot as all machines see it.
struct SharedSlot {
    std::string id;
    std::string session; ///< empty: it lingers, whoever lives or dies
    std::string machine;
    SlotRow row;
};

/// What Redis knows of an account: a hash with its limits and slots.
struct SharedAccount {
    TimePoint now{};
    Sessions sessions; ///< that live
    AccountRow account;
    std::vector<SharedSlot> slots; ///< of the living, the oldest first
};

/// Loads the account, lets `change` change account and slots, and stores that. `change` runs again
/// when others were faster. Empty: they were every time.
[[nodiscard]] Result<std::optional<SharedAccount>> update_account(RedisClient& client,
    std::string_view account, const IsDead& is_dead,
    const std::function<void(SharedAccount&)>& change);

/// Whether somebody asked for the slot; empty: it is not there.
[[nodiscard]] Result<std::optional<bool>> asked_for(
    RedisClient& client, std::string_view account, const std::string& slot);

} // namespace plex_tuner::state
