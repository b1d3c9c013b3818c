// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

/// Where machines that share accounts meet.
struct RedisAddress {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string user; ///< empty: the default one
    Secret password;
    int database = 0;

    /// redis://[[user]:password@]host[:port][/database]; user and password may be
    /// percent-encoded, an IPv6 host stands in brackets. invalid_argument, or unsupported for
    /// rediss://; messages never repeat what was given.
    [[nodiscard]] static Result<RedisAddress> parse(std::string_view url);

    /// "host:port", with "/database" where that is not 0; no secret.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const RedisAddress&, const RedisAddress&) = default;
};

/// How machines stand to each other.
struct CoordinationState {
    enum class Phase {
        alone,     ///< Redis does not answer: this machine keeps to its part
        returning, ///< it answers, but its table may lack what others hold: likewise
        together,  ///< all machines count in one table
    };
    Phase phase = Phase::alone;
    int machines = 0;   ///< known to live, with this one; of the last look
    std::string redis;  ///< RedisAddress::text()
    std::string reason; ///< why alone; else empty
};

/// "alone", "returning", "together".
[[nodiscard]] std::string_view to_string(CoordinationState::Phase phase) noexcept;

struct CoordinationOptions {
    RedisAddress redis;
    /// Accounts that are looked at from the start; others are once they are asked for.
    std::vector<std::string> accounts = {};
    /// Connections of each account that this machine may use while alone; empty: what it held at
    /// the last look, and its part of what was free then.
    std::optional<int> share = {};
    /// Told of each change of the phase, and of the first one; from any thread, one at a time. It
    /// must not call the ledger.
    std::function<void(const CoordinationState&)> on_change = {};
    /// Between two signs of life.
    std::chrono::milliseconds heartbeat{1'000};
    /// After this long without one, what a process held is free. All machines must say the same.
    std::chrono::milliseconds lease{6'000};
    /// For connecting, and for all that is asked of Redis in one call.
    std::chrono::milliseconds timeout{1'000};
};

} // namespace plex_tuner::state
