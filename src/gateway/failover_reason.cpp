// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/gateway/failover_reason.hpp>

#include <array>

namespace plex_tuner::gateway {

std::string_view to_string(FailoverReason reason) noexcept {
    static constexpr std::array<std::string_view, kFailoverReasons> kNames = {"connect",
        "server_fault", "refused", "over_limit", "no_slot", "first_byte", "stall", "cut",
        "too_slow", "wrong_content", "no_media", "frozen_clock", "slate", "unsupported"};
    return kNames[static_cast<std::size_t>(reason)];
}

} // namespace plex_tuner::gateway
