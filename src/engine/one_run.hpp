// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "indexer.hpp"

#include <functional>
#include <stop_token>

namespace plex_tuner::engine {

/// Opens an indexer with all it needs, and runs `work` to its end on this thread: for commands that
/// do one thing. The error says why it could not be opened.
[[nodiscard]] Result<void> run_with_indexer(const IndexOptions& options,
    const fetch::ClientOptions& client_options, std::stop_token stop, const log::Logger& logger,
    const std::function<asio::awaitable<void>(Indexer&)>& work);

} // namespace plex_tuner::engine
