// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "governor_policy.hpp"
#include "redis_client.hpp"
#include "redis_table.hpp"

#include <plex_tuner/base/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

/// A permit as all machines see it.
struct SharedPermit {
    std::string id;
    std::string session;
    bool trial = false;
};

/// What Redis knows of a key of the governor: a hash with its row and the permits that are out.
struct SharedKey {
    TimePoint now{};
    std::optional<GovernorRow> row;    ///< empty: nothing yet
    std::vector<SharedPermit> permits; ///< of the living
};

[[nodiscard]] InFlight in_flight(const SharedKey& key);

/// Loads the key, lets `change` change row and permits, and stores that. `change` runs again when
/// others were faster. Empty: they were every time.
[[nodiscard]] Result<std::optional<SharedKey>> update_key(RedisClient& client, std::string_view key,
    const IsDead& is_dead, const std::function<void(SharedKey&)>& change);

} // namespace plex_tuner::state
