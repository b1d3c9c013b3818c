// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

/// A larger playlist, after decompression, is refused (too_large).
inline constexpr std::uint64_t kMaxPlaylistBytes = std::uint64_t{2} << 30;

/// What a playlist may make of memory. A few megabytes of gzip hold gigabytes of short lines, and a
/// text of the list's header belongs to each of its entries.
struct M3uLimits {
    std::size_t channels = 1'000'000;               ///< live ones
    std::uint64_t bytes = std::uint64_t{512} << 20; ///< of records and text of all channels
};

struct M3uCatalog {
    catalog::Catalog catalog;
    std::vector<std::string> guide_urls; ///< of all header lines, each once
    std::size_t entries = 0;             ///< live channels and VOD entries
    std::size_t vod_entries = 0; ///< /movie/ and /series/ URLs: not live channels, left out here
    std::map<std::string, M3uReader::Skipped> skipped;
};

/// Reads a playlist file (plain, gzip, xz) into a catalog of live channels; a valid list without
/// any is no error. Channel ids are unique, consist of unreserved URL characters (RFC 3986 section
/// 2.3) and do not depend on the row's position: the tvg-id where only one channel has it, else
/// tvg-id or name plus a hash of the stream's identity. That identity is the URL without
/// credentials, tokens and other secrets, and for Xtream-like URLs (/live/USER/PASS/ID.ext,
/// /USER/PASS/ID.ext) only kind and ID, so that ids outlive a new password or domain; the host and
/// then the path count too where different streams would be one. Entries that repeat all of it get
/// "-2", "-3" in order; entries that repeat name and tvg-id stay separate.
/// A list beyond `limits` is refused (too_large).
[[nodiscard]] Result<M3uCatalog> read_m3u_catalog(const std::filesystem::path& file,
    std::string_view source_tag, const M3uLimits& limits = {},
    LocalFiles files = LocalFiles::refused);

} // namespace plex_tuner::provider
