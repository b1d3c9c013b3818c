// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_client.hpp"
#include "slot_policy.hpp"

#include <plex_tuner/base/result.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

/// A process that shows now and then that it lives.
struct Session {
    std::string machine;
    TimePoint expires{};
};

using Sessions = std::map<std::string, Session>;

/// A slot as all machines see it.
struct SharedSlot {
    std::string id;
    std::string session; ///< empty: it lingers, whoever lives or dies
    std::string machine;
    SlotRow row;
};

/// What Redis knows of an account. Times are those of its clock: what the clocks of machines say
/// does not matter.
struct SharedAccount {
    TimePoint now{};
    Sessions sessions; ///< that live
    AccountRow account;
    std::vector<SharedSlot> slots; ///< of the living, the oldest first
};

/// Which sessions are known to be dead before their time; may be empty.
using IsDead = std::function<bool(const std::string& id, const Session& session)>;

/// The tables in Redis that machines share: sessions, and a hash per account with its limits and
/// slots. Changes are transactions (WATCH, MULTI, EXEC) that begin anew when somebody else was
/// faster, so what is decided is decided once, by slot_policy.

/// Begins the table of a server that was started since, and returns how old it is.
[[nodiscard]] Result<TimePoint::duration> table_age(RedisClient& client);

/// Says that the session lives, removes those that died long ago.
[[nodiscard]] Result<void> show_session(RedisClient& client, const std::string& id,
    const std::string& machine, TimePoint::duration lease);
[[nodiscard]] Result<void> remove_session(RedisClient& client, const std::string& id);

/// Loads the account, lets `change` change account and slots, and stores that. `change` runs again
/// when others were faster. Empty: they were every time.
[[nodiscard]] Result<std::optional<SharedAccount>> update_account(RedisClient& client,
    std::string_view account, const IsDead& is_dead,
    const std::function<void(SharedAccount&)>& change);

/// Whether somebody asked for the slot; empty: it is not there.
[[nodiscard]] Result<std::optional<bool>> asked_for(
    RedisClient& client, std::string_view account, const std::string& slot);

} // namespace plex_tuner::state
