// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fleet/plan.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::fleet {

namespace asio = boost::asio;

/// What a tuner said about itself.
struct ProbeResult {
    bool has_answered = false; ///< whatever it said
    bool is_ready = false;
    std::optional<std::uint64_t> channels = {};
    std::optional<std::uint64_t> viewers = {};
    std::string metrics = {}; ///< empty: it did not answer
};

/// Asks a tuner on this machine for /readyz and /metrics. Takes a few seconds at most.
[[nodiscard]] asio::awaitable<ProbeResult> probe_tuner(fetch::Client& client, Endpoint endpoint);

/// The value of a metric without labels.
[[nodiscard]] std::optional<std::uint64_t> metric_value(
    std::string_view metrics, std::string_view name);

} // namespace plex_tuner::fleet
