// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/provider/m3u_catalog.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>
#include <plex_tuner/provider/xtream_urls.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

/// Which records are kept.
struct CatalogFilters {
    bool live_epg_only = false; ///< only channels with a tvg-id
    /// Beginnings of provider categories, in any case, for films and series; empty: all.
    std::vector<std::string> vod_categories;
};

/// An account whose records are added.
struct CatalogAccount {
    std::string key; ///< letters and digits; ids of its records begin with it. Never of a host.
    std::string tag; ///< source_tag of its channels; may be empty
    /// For Xtream: its hosts, best first. A channel has a source on each.
    std::vector<XtreamUrls> hosts;
    std::string live_extension = "ts";      ///< what live streams are asked for as
    LocalFiles files = LocalFiles::refused; ///< in its playlist
};

/// Files with the answers of a panel (plain, gzip, xz).
struct XtreamList {
    std::filesystem::path categories; ///< empty: records have none
    std::filesystem::path records;
    /// The account had categories: a list without any beside channels that have some is an error.
    bool had_categories = false;
};

/// The packed details of a series (series_details.hpp), or an empty text. The view is valid until
/// the next call.
using SeriesDetailsLookup = std::function<std::string_view(std::string_view series_id)>;

/// A series of which details may be wanted.
struct SeriesReference {
    std::string id;
    std::int64_t last_modified = 0; ///< seconds since 1970; 0 unknown
};

/// The series of a list that the filters keep, in its order. Blocks on the disk.
[[nodiscard]] Result<std::vector<SeriesReference>> list_series(
    const XtreamList& list, const CatalogFilters& filters);

/// Makes one catalog of what the accounts have, in the order in which they are added.
///
/// A channel of a later account that an earlier one has too becomes a backup of it: one with the
/// same tvg-id (where several have it, the one of that name), else one whose stream is the same
/// (host and stream). Ids: account and stream id for Xtream, see read_m3u_catalog for playlists.
/// Channels of a panel come by the names of their categories, then in the order of the panel; films
/// and series in the order of vod_order.hpp, with the taxonomy of taxonomy.hpp.
///
/// Blocks on the disk. After an error the assembler holds part of that list: drop it.
class CatalogAssembler {
public:
    explicit CatalogAssembler(CatalogFilters filters);
    ~CatalogAssembler();
    CatalogAssembler(const CatalogAssembler&) = delete;
    CatalogAssembler& operator=(const CatalogAssembler&) = delete;

    struct PlaylistReport {
        std::size_t channels = 0;
        std::size_t vod_entries = 0; ///< left out: they are no channels
        std::vector<std::string> guide_urls;
        std::map<std::string, M3uReader::Skipped> skipped;
    };

    [[nodiscard]] Result<PlaylistReport> add_playlist(
        const std::filesystem::path& file, const CatalogAccount& account);
    /// lineup.json of an HDHomeRun; ids are account and channel number.
    [[nodiscard]] Result<XtreamCounts> add_lineup(
        const std::filesystem::path& file, const CatalogAccount& account);
    [[nodiscard]] Result<XtreamCounts> add_live(
        const XtreamList& list, const CatalogAccount& account);
    [[nodiscard]] Result<XtreamCounts> add_movies(
        const XtreamList& list, const CatalogAccount& account);
    [[nodiscard]] Result<XtreamCounts> add_series(
        const XtreamList& list, const CatalogAccount& account, const SeriesDetailsLookup& details);

    /// Channels that became backups of one of an earlier account.
    [[nodiscard]] std::size_t merged_channels() const noexcept;

    /// Leaves the assembler empty.
    [[nodiscard]] catalog::Catalog build();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::provider
