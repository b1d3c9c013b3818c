// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

/// Why a channel of the catalog is not in the lineup.
struct Removal {
    std::size_t channel; ///< index in the catalog
    std::string_view stage;
    std::string reason;
};

/// The lineup that a configuration gives, and how it came about.
struct LineupPreview {
    std::shared_ptr<const catalog::Catalog> catalog;
    std::shared_ptr<const lineup::Lineup> lineup;
    lineup::Report report;
    std::vector<Removal> removals; ///< in the order of the stages
};

/// Where a tuner keeps its guide numbers: those that share a lineup share them.
[[nodiscard]] std::filesystem::path number_book_file(const lineup::Options& options,
    std::string_view lineup_name, const std::filesystem::path& state_directory,
    const std::filesystem::path& shared_directory);

/// Makes the lineup from the catalog and the numbers on disk, without changing either.
[[nodiscard]] Result<LineupPreview> preview_lineup(const std::filesystem::path& catalog,
    const std::filesystem::path& number_book, const lineup::Options& options);

} // namespace plex_tuner::engine
