// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace plex_tuner::provider {

/// A body pulled chunk by chunk: each call gives the next bytes, valid until the next call; an
/// empty view is the end. An error ends the reading and is what the reader returns. One reader, one
/// thread; it cannot be rewound.
using Chunks = std::function<Result<std::string_view>()>;

/// `text`, which must outlive the chunks, in pieces of at most `chunk_bytes` (above zero).
[[nodiscard]] Chunks text_chunks(
    std::string_view text, std::size_t chunk_bytes = std::string_view::npos);

/// A file, decompressed by magic (fetch::CompressedFileReader). More than `max_bytes` decoded are
/// too_large. Errors name the file.
[[nodiscard]] Result<Chunks> file_chunks(
    const std::filesystem::path& path, std::uint64_t max_bytes);

} // namespace plex_tuner::provider
