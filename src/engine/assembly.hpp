// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "account_lists.hpp"

#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/detail_store.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace plex_tuner::engine {

/// What came of assembling.
struct Assembly {
    catalog::Catalog catalog;
    std::vector<Location> guides;               ///< that playlists name
    std::vector<std::filesystem::path> useful;  ///< fresh bodies that were read whole
    std::vector<std::filesystem::path> useless; ///< fresh bodies that could not be read
    std::int64_t skipped_lines = 0;             ///< of playlists
    bool fresh_channels = true;                 ///< no account's are from an earlier run
    bool complete = true;                       ///< every list was fresh and could be read
    std::optional<Error> first_error;           ///< why it is not complete
    std::optional<Error> failure;               ///< no account gives a channel; there is no catalog
};

/// Makes the catalog of the lists. A fresh list that cannot be read is replaced by what was good
/// last; films and series that cannot be had at all are left out. Blocks; for the build thread.
[[nodiscard]] Assembly assemble(const IndexOptions& options,
    const std::vector<AccountLists>& accounts, state::DetailStore* details,
    const log::Logger& logger);

} // namespace plex_tuner::engine
