// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace plex_tuner::provider {

struct M3uCatalog {
    catalog::Catalog catalog;
    std::vector<std::string> guide_urls;
    std::size_t entries = 0;
    std::size_t vod_entries = 0; ///< /movie/ and /series/ URLs: not live channels, left out here
    std::map<std::string, M3uReader::Skipped> skipped;
};

/// Reads a playlist file (plain, gzip, xz) into a catalog of live channels. Channel ids are unique
/// and do not depend on the row's position: the tvg-id where only one channel has it, else tvg-id or
/// name plus a hash of the stream's identity (URL without credentials and tokens). Entries that
/// repeat name and tvg-id in sequence stay separate channels.
[[nodiscard]] Result<M3uCatalog> read_m3u_catalog(const std::filesystem::path& file, std::string_view source_tag);

} // namespace plex_tuner::provider
