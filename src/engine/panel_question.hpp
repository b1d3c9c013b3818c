// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fetch/governor.hpp>

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// What a panel said to one of several small questions in a row.
struct PanelAnswer {
    Result<std::string> body;      ///< of an answer with status 200
    fetch::RequestOutcome verdict; ///< for the permit
    bool well = false;             ///< the next question may follow
};

/// Asks one question after the other under a permit that the caller holds, until a question that
/// does not go well or some time has passed. Gives the answers to the first of `urls`, at least
/// one.
[[nodiscard]] asio::awaitable<std::vector<PanelAnswer>> ask_panel_in_turn(
    fetch::Client& client, std::vector<Url> urls, fetch::Limits limits);

/// Asks under a permit that the caller holds.
[[nodiscard]] asio::awaitable<PanelAnswer> ask_panel(
    fetch::Client& client, Url url, fetch::Limits limits);

} // namespace plex_tuner::engine
