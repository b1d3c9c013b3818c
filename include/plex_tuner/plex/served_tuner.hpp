// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

namespace asio = boost::asio;

struct ServedChannel {
    std::string number;
    std::string name;
    std::string tvg_id; ///< of our tuners; others do not tell
};

/// What a tuner says of itself.
struct ServedTuner {
    std::string device_id; ///< upper case
    std::string name;
    std::vector<std::string> channels;  ///< guide numbers, in order
    std::vector<ServedChannel> details; ///< of the same channels
};

/// Reads /discover.json and /lineup.json of the tuner at `base_url`.
[[nodiscard]] asio::awaitable<Result<ServedTuner>> ask_tuner(
    fetch::Client& client, std::string base_url, std::chrono::milliseconds timeout);

/// A program that fetched the guide of a tuner.
struct GuideReader {
    std::string address = {};
    std::string user_agent = {};
    std::uint64_t count = 0;
    WallTime last{};
};

/// Reads /api/guide-readers of a tuner of ours: who fetched its guide since it started.
[[nodiscard]] asio::awaitable<Result<std::vector<GuideReader>>> ask_guide_readers(
    fetch::Client& client, std::string base_url, std::chrono::milliseconds timeout);

} // namespace plex_tuner::plex
