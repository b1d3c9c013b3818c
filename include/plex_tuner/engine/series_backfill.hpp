// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/engine/index_progress.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace plex_tuner::engine {

struct BackfillRequest {
    std::optional<std::size_t> limit = {}; ///< series to ask for at most
    /// Ask again for those whose episodes are older than that.
    std::optional<std::chrono::days> older_than = {};
    ProgressSink progress = {};
};

struct BackfillReport {
    SeriesPassOutcome pass;
    std::size_t series = 0;   ///< in the catalog now
    std::size_t episodes = 0; ///< in the catalog now
    bool interrupted = false; ///< by SIGINT or SIGTERM: what was had until then is in the catalog
    std::string held_back;    ///< why the catalog was not written
};

/// Fetches the episodes that the series of the catalog lack and writes them into it, from the lists
/// of the last index if that was within a day. Blocks, and takes SIGINT and SIGTERM meanwhile; a
/// second one ends the process. What was fetched is kept: the next call goes on there.
[[nodiscard]] Result<BackfillReport> run_series_backfill(const IndexOptions& options,
    const fetch::ClientOptions& client_options, const BackfillRequest& request,
    const log::Logger& logger);

} // namespace plex_tuner::engine
