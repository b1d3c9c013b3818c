// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core.hpp"

#include <plex_tuner/net/exchange.hpp>

#include <memory>

namespace plex_tuner::gateway {

/// One request from admission to its last byte; see Gateway::serve. On the connection's strand.
[[nodiscard]] asio::awaitable<void> serve_viewer(
    std::shared_ptr<Core> core, net::Exchange& exchange, StreamRequest request);

} // namespace plex_tuner::gateway
