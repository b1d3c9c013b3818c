// SPDX-License-Identifier: GPL-3.0-or-later
// What the session reapers of all media servers have in common.
#pragma once

#include <plex_tuner/plex/session_judge.hpp>

#include <algorithm>
#include <chrono>
#include <string>

namespace plex_tuner::engine {

/// Of a server that is looked at again and again: the next look is soon enough.
template <class ServerOptions>
[[nodiscard]] ServerOptions for_looks(ServerOptions options) {
    options.patience = std::chrono::milliseconds(0);
    options.timeout = std::min(options.timeout, std::chrono::milliseconds(10'000));
    return options;
}

[[nodiscard]] inline plex::JudgeOptions paced(
    plex::JudgeOptions options, std::chrono::milliseconds poll) {
    options.longest_step = 2 * poll;
    return options;
}

/// "12.3"
[[nodiscard]] inline std::string in_seconds(std::chrono::milliseconds time) {
    const auto tenths = time.count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

} // namespace plex_tuner::engine
