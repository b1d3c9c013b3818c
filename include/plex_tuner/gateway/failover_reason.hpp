// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plex_tuner::gateway {

/// Why a source of a channel was left.
enum class FailoverReason : std::uint8_t {
    connect,       ///< not reachable
    server_fault,  ///< a status of 500 and more
    refused,       ///< any other status
    over_limit,    ///< the account has as many connections open as it may (458, 509)
    no_slot,       ///< our own budget for the account is used up
    first_byte,    ///< nothing that can be played came in time
    stall,         ///< it played, then nothing came
    cut,           ///< it played, then the connection broke
    too_slow,      ///< less than a second of media in a second
    wrong_content, ///< a page, JSON or the like
    no_media,      ///< a program with neither pictures nor sound
    frozen_clock,  ///< packets come, but their time does not go on
    slate,         ///< a picture the user has listed
    unsupported,   ///< of a kind that cannot be played
};

inline constexpr std::size_t kFailoverReasons = 14;

/// "connect", …: for logs and metrics.
[[nodiscard]] std::string_view to_string(FailoverReason reason) noexcept;

} // namespace plex_tuner::gateway
