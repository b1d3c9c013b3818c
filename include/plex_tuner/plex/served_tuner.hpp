// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

namespace asio = boost::asio;

/// What a tuner says of itself.
struct ServedTuner {
    std::string device_id;             ///< upper case
    std::vector<std::string> channels; ///< guide numbers, in order
};

/// Reads /discover.json and /lineup.json of the tuner at `base_url`.
[[nodiscard]] asio::awaitable<Result<ServedTuner>> ask_tuner(
    fetch::Client& client, std::string base_url, std::chrono::milliseconds timeout);

} // namespace plex_tuner::plex
