// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>

#include <filesystem>

namespace plex_tuner::catalog {

/// Reads catalog.json (upstream-spec 3.1) by SAX, never as a DOM. Unknown fields are skipped, numbers
/// where text is expected (and the other way round) are converted; a missing file is not_found; a
/// half-written or broken one is a parse error that names file and byte, never an empty catalog.
/// Our own extra fields of a live channel: "logo", "tvg_name", "tvg_shift", "radio",
/// "source_headers" (parallel to stream_urls), "attributes".
[[nodiscard]] Result<Catalog> read_catalog_file(const std::filesystem::path& path);

/// Writes it through AtomicFile with mode 0600 (stream URLs carry credentials), two-space indent.
[[nodiscard]] Result<void> write_catalog_file(const Catalog& catalog, const std::filesystem::path& path);

} // namespace plex_tuner::catalog
