// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/sessions.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

enum class GrabState {
    watched, ///< a session plays it
    sent,    ///< a tuner of ours sends it: a recording, or what somebody else takes
    hidden,  ///< Plex holds a tuner for it, and nothing comes
    unknown, ///< cannot be told: of somebody else's tuner, or one that does not answer
    over,    ///< not in progress
};
[[nodiscard]] std::string_view to_string(GrabState state) noexcept;

struct FoundGrab {
    GrabOperation grab = {};
    GrabState state = GrabState::unknown;
};

struct GrabReport {
    std::size_t sessions = 0; ///< all that is played, also films, and what Plex fetches itself
    std::vector<FoundGrab> grabs = {};

    [[nodiscard]] std::size_t hidden() const;
};

/// Tuners that Plex believes to be in use and that nothing uses: new viewers wait for them in vain.
/// Looks twice, `apart`, so that one that is just beginning is none. An error, never an empty
/// report, when anything of it cannot be had.
[[nodiscard]] asio::awaitable<Result<GrabReport>> find_hidden_grabs(
    Server& server, fetch::Client& client, std::chrono::milliseconds apart);

struct GrabOutcome {
    GrabReport report = {};                 ///< as it was found
    std::vector<std::string> released = {}; ///< ids
    std::vector<std::string> errors = {};   ///< of releasing
};

/// The same, and where `release` is set and nothing is played, has the server let go of what is
/// hidden, and looks whether it did.
[[nodiscard]] asio::awaitable<Result<GrabOutcome>> recover_grabs(
    Server& server, fetch::Client& client, std::chrono::milliseconds apart, bool release);

} // namespace plex_tuner::plex
