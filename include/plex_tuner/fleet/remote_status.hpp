// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::fleet {

/// The table of children of a supervisor that runs, as its page tells it: JSON or text. `listen` is
/// where the page is. Errors: invalid_argument (it has none), and what keeps it from being asked.
/// `client` outlives the call.
[[nodiscard]] boost::asio::awaitable<Result<std::string>> ask_supervisor(
    fetch::Client& client, std::string listen, bool as_json);

} // namespace plex_tuner::fleet
