// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_client.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/time_point.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace plex_tuner::state {

/// A process that shows now and then that it lives.
struct Session {
    std::string machine;
    TimePoint expires{};
};

using Sessions = std::map<std::string, Session>;

/// Which sessions are known to be dead before their time; may be empty.
using IsDead = std::function<bool(const std::string& id, const Session& session)>;

/// What is told to Redis, and how: sessions, and hashes of what they hold. Changes are transactions
/// (WATCH, MULTI, EXEC) that begin anew when somebody else was faster, so what is decided is
/// decided once. Times are those of the server's clock: what the clocks of machines say does not
/// matter.

/// Begins the table of a server that was started since, and returns how old it is.
[[nodiscard]] Result<TimePoint::duration> table_age(RedisClient& client);

/// Says that the session lives, removes those that died long ago; the others that live.
[[nodiscard]] Result<Sessions> show_session(RedisClient& client, const std::string& id,
    const std::string& machine, TimePoint::duration lease);
[[nodiscard]] Result<void> remove_session(RedisClient& client, const std::string& id);

using RedisFields = std::map<std::string, std::string, std::less<>>;

/// A hash, and who lives.
struct RedisView {
    TimePoint now{};
    Sessions sessions; ///< that live
    RedisFields fields;
};

/// Loads the hash, lets `change` change its fields, and stores what differs. `change` runs again
/// when others were faster. Empty: they were every time.
[[nodiscard]] Result<std::optional<RedisView>> update_hash(RedisClient& client,
    const std::string& key, const IsDead& is_dead, const std::function<void(RedisView&)>& change);

} // namespace plex_tuner::state
