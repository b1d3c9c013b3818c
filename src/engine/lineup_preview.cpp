// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_numbers.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/engine/lineup_preview.hpp>

#include <algorithm>

namespace plex_tuner::engine {

std::filesystem::path number_book_file(const lineup::Options& options, std::string_view lineup_name,
    const std::filesystem::path& state_directory, const std::filesystem::path& shared_directory) {
    if (!options.pipeline.shard()) {
        return state_directory / "state.db";
    }
    std::string name(lineup_name);
    std::ranges::replace_if(
        name, [](char c) { return !ascii::is_alnum(c) && c != '-' && c != '+' && c != '@'; }, '_');
    return shared_directory / "lineups" / (name + ".db");
}

Result<LineupPreview> preview_lineup(const std::filesystem::path& catalog,
    const std::filesystem::path& number_book, const lineup::Options& options) {
    auto read = catalog::read_catalog_file(catalog);
    if (!read) {
        return fail(std::move(read).error());
    }
    auto book = read_number_book(number_book, options.guide_number_offset);
    if (!book) {
        return fail(std::move(book).error());
    }
    LineupPreview preview;
    preview.catalog = std::make_shared<const catalog::Catalog>(std::move(*read));
    preview.lineup = lineup::Lineup::build(preview.catalog, options, *book, SystemClock().wall(),
        &preview.report, [&](std::size_t channel, std::string_view stage, std::string reason) {
            preview.removals.push_back({channel, stage, std::move(reason)});
        });
    return preview;
}

} // namespace plex_tuner::engine
