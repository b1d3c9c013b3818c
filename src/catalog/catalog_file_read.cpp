// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_source.hpp"
#include "json_reader.hpp"
#include "record_collector.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <string>

namespace plex_tuner::catalog {

Result<Catalog> read_catalog_file(const std::filesystem::path& path) {
    Result<std::unique_ptr<FileSource>> opened = FileSource::open(path);
    if (!opened) {
        return fail(std::move(opened).error());
    }
    FileSource& source = **opened;
    CatalogBuilder builder;
    RecordCollector collector(builder);
    const Result<void> read = JsonReader(source, collector).read();
    if (source.io_error()) {
        return fail(Error::from_errno(*source.io_error(), "read " + path.string()));
    }
    const std::string place = path.string() + ": byte " + std::to_string(source.position());
    if (!read) {
        return fail(read.error().with_context(place));
    }
    if (!collector.saw_catalog()) {
        return fail(ErrorCode::parse,
            place + ": the JSON object has neither movies nor series nor live_channels");
    }
    return builder.build();
}

} // namespace plex_tuner::catalog
