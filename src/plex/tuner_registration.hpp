// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/server.hpp>

#include <chrono>
#include <string>

namespace plex_tuner::plex {

struct TunerRegistration {
    std::string base_url;
    std::string device_id;
    std::chrono::milliseconds wait{};  ///< for discovery, which goes on after the answer
    std::chrono::milliseconds pause{}; ///< between looks, at most half a second
};

/// Tells Plex of a tuner, in each way that there is, until it has it. A device that Plex knows
/// already gets the new address: look first.
[[nodiscard]] asio::awaitable<Result<void>> register_tuner(
    Server& server, TunerRegistration registration);

} // namespace plex_tuner::plex
