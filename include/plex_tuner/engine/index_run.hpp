// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/engine/index_progress.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/provider/catalog_difference.hpp>

#include <cstddef>
#include <string>

namespace plex_tuner::engine {

struct IndexRequest {
    bool accept_shrink = false; ///< take the new catalog, whatever it loses
    bool dry_run = false;       ///< compare, write nothing, fetch no episodes
    ProgressSink progress;
};

/// What is in the catalog now (or would be), and what became of it.
struct IndexReport {
    std::size_t channels = 0, films = 0, series = 0, episodes = 0;
    std::size_t channels_with_guide_id = 0;
    std::size_t channels_with_backups = 0;
    provider::CatalogDifference change; ///< to the catalog that was there
    bool unchanged = false;             ///< lists, filters and program are those of the last run
    bool complete = false;              ///< every list was had
    std::string held_back;              ///< why the new catalog was not taken
    std::size_t series_fetched = 0;     ///< whose episodes were asked for
    std::size_t series_failed = 0;      ///< the episodes they had stay
    std::size_t series_left = 0;        ///< for the next run
};

/// One run of the index to its end, series and all. Blocks. The error says why there is no new
/// catalog, or why it could not be written; the one that was there stays.
[[nodiscard]] Result<IndexReport> run_index(const IndexOptions& options,
    const fetch::ClientOptions& client_options, const IndexRequest& request,
    const log::Logger& logger);

} // namespace plex_tuner::engine
