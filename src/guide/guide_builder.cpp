// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_document.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <functional>
#include <numeric>

namespace plex_tuner::guide {
namespace {

[[nodiscard]] Result<void> read_source(const std::filesystem::path& source,
    const GuideOptions& options, GuideDocument& document, Repair repair) {
    XmltvReader reader(document, repair);
    auto file = fetch::CompressedFileReader::open(source, options.max_source_bytes);
    if (!file) {
        return fail(std::move(file).error());
    }
    for (bool first = true; !options.stop.stop_requested(); first = false) {
        const auto chunk = file->read();
        if (!chunk) {
            return fail(chunk.error());
        }
        if (first) {
            if (auto known = looks_like_xmltv(*chunk); !known) {
                return known;
            }
        }
        if (chunk->empty()) {
            return reader.finish();
        }
        if (auto fed = reader.feed(*chunk); !fed) {
            return fed;
        }
    }
    return fail(ErrorCode::cancelled, "the guide build was stopped");
}

[[nodiscard]] std::string described(const std::filesystem::path& source, const Error& error) {
    const std::string name = source.string();
    return error.message().contains(name) ? error.message() : name + ": " + error.message();
}

} // namespace

std::size_t GuideReport::source_programmes() const noexcept {
    return std::transform_reduce(sources.begin(), sources.end(), std::size_t{0}, std::plus<>(),
        [](const SourceReport& source) { return source.programmes; });
}

Result<GuideReport> build_guide(const std::vector<GuideChannel>& channels,
    const std::vector<std::filesystem::path>& sources, const GuideOptions& options,
    const Clock& clock, const std::filesystem::path& target) {
    auto file = AtomicFile::create(target);
    if (!file) {
        return fail(std::move(file).error());
    }
    GuideFileOutput output(*file);
    GuideDocument document(channels, options, clock.wall(), output);
    for (const auto& source : sources) {
        document.begin_source();
        auto read = read_source(source, options, document, Repair::text);
        if (!read && read.error().code() == ErrorCode::parse) {
            document.retry_source(described(source, read.error()));
            if (read_source(source, options, document, Repair::text_and_markup)) {
                read = {};
            }
        }
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "the guide build was stopped");
        }
        if (document.output_error() != nullptr) {
            return fail(*document.output_error());
        }
        if (read) {
            document.keep_source();
        } else {
            document.drop_source(described(source, read.error()));
        }
    }
    auto report = document.finish();
    if (!report) {
        return report;
    }
    if (auto committed = file->commit(); !committed) {
        return fail(std::move(committed).error());
    }
    return report;
}

} // namespace plex_tuner::guide
