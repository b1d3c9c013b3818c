// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/error.hpp>

#include <chrono>
#include <optional>
#include <random>
#include <string_view>

namespace plex_tuner::fetch {

inline constexpr std::chrono::milliseconds kMaxRetryWait{60'000};
inline constexpr std::chrono::milliseconds kMaxForbiddenWait{30'000};

/// Retry-After (RFC 9110 section 10.2.3): seconds or a date, the past being 0. Empty when
/// unreadable.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(
    std::string_view text, WallTime now);

/// How long to wait before the next try, without jitter; empty when trying again is pointless.
/// `retries_done` counts from 0. Providers answer 403, 429 and 5xx when they are busy; connections
/// that break or time out deserve another try as well.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_wait(const Error& error,
    std::optional<std::chrono::seconds> retry_after, int retries_done,
    std::chrono::milliseconds base);

/// ±25 %, so that many clients do not come back together; never earlier than a server has asked for
/// (`named_by_server`).
[[nodiscard]] std::chrono::milliseconds jittered(
    std::chrono::milliseconds wait, bool named_by_server, std::minstd_rand& random);

} // namespace plex_tuner::fetch
