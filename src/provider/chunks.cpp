// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fetch/compressed_file.hpp>
#include <plex_tuner/provider/chunks.hpp>

#include <memory>
#include <utility>

namespace plex_tuner::provider {

Chunks text_chunks(std::string_view text, std::size_t chunk_bytes) {
    return [rest = text, chunk_bytes]() mutable -> Result<std::string_view> {
        const std::string_view chunk = rest.substr(0, chunk_bytes);
        rest.remove_prefix(chunk.size());
        return chunk;
    };
}

Result<Chunks> file_chunks(const std::filesystem::path& path, std::uint64_t max_bytes) {
    auto opened = fetch::CompressedFileReader::open(path, max_bytes);
    if (!opened) {
        return fail(std::move(opened).error());
    }
    // std::function wants to be copied, the reader does not.
    auto reader = std::make_shared<fetch::CompressedFileReader>(*std::move(opened));
    return Chunks([reader = std::move(reader)] { return reader->read(); });
}

} // namespace plex_tuner::provider
