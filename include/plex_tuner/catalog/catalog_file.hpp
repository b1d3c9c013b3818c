// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>

#include <filesystem>

namespace plex_tuner::catalog {

/// Reads catalog.json (upstream-spec 3.1) by SAX, never as a DOM. Unknown fields are skipped,
/// numbers where text is expected (and the other way round) are converted; a missing file is
/// not_found; a half-written or broken one is a parse error that names file and byte, never an
/// empty catalog. An object that holds none of "movies", "series" and "live_channels" is no
/// catalog. Channels without any URL are left out, equal channel ids are made unique (see
/// CatalogBuilder::build). Our own extra fields of a live channel: "logo", "tvg_name", "tvg_shift",
/// "radio", "source_headers" (an array of name-to-value objects, parallel to stream_urls) and
/// "attributes" (a name-to-value object). Errors: not_found, io, parse, too_large (see the limits
/// below); none quotes the content, which holds credentials.
[[nodiscard]] Result<Catalog> read_catalog_file(const std::filesystem::path& path);

/// A longer text, or more blanks in a row, ends the reading; so do more than 64 MiB of text or
/// 65,536 list items in one record.
inline constexpr std::size_t kMaxCatalogText = std::size_t{4} << 20;
inline constexpr std::size_t kMaxCatalogDepth = 32;

/// Writes it through AtomicFile with mode 0600 (stream URLs carry credentials), two-space indent
/// but for episodes, which have one line each, record by record: memory does not grow with the
/// catalog.
[[nodiscard]] Result<void> write_catalog_file(
    const Catalog& catalog, const std::filesystem::path& path);

} // namespace plex_tuner::catalog
