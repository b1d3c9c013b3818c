// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_document.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <functional>
#include <numeric>
#include <optional>
#include <unordered_set>

namespace plex_tuner::guide {
namespace {

[[nodiscard]] Result<void> read_source(const std::filesystem::path& source,
    const GuideOptions& options, XmltvHandler& handler, Repair repair) {
    XmltvReader reader(handler, repair);
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

/// Collects channels; for those of the head it has the reader stop at the first programme.
class ChannelCollector final : public XmltvHandler {
public:
    explicit ChannelCollector(ChannelScan scan) : scan_(scan) {}

    void source_name(std::string_view /*name*/) override {}

    void channel(std::string_view id, std::span<const std::string> names,
        std::string_view /*icon*/) override {
        if (ids_.insert(std::string(id)).second) {
            channels_.push_back({std::string(id), {names.begin(), names.end()}});
        }
    }

    bool wants(const ProgrammeHead& /*head*/) override {
        done_ = scan_ == ChannelScan::head;
        return done_;
    }

    bool programme(const ProgrammeBody& /*body*/) override { return false; }

    [[nodiscard]] bool done() const noexcept { return done_; }

    [[nodiscard]] std::vector<SourceChannel> take() { return std::move(channels_); }

private:
    ChannelScan scan_;
    std::vector<SourceChannel> channels_;
    std::unordered_set<std::string> ids_;
    bool done_ = false;
};

} // namespace

Result<std::vector<SourceChannel>> read_guide_channels(
    const std::filesystem::path& file, const GuideOptions& options, ChannelScan scan) {
    std::optional<Error> fault;
    for (const Repair repair : {Repair::text, Repair::text_and_markup}) {
        ChannelCollector collector(scan);
        auto read = read_source(file, options, collector, repair);
        if (read || collector.done()) {
            return collector.take();
        }
        if (!fault) {
            fault = Error(read.error().code(), described(file, read.error()));
        }
        if (read.error().code() != ErrorCode::parse) {
            break;
        }
    }
    return fail(std::move(*fault));
}

std::size_t GuideReport::source_programmes() const noexcept {
    return std::transform_reduce(sources.begin(), sources.end(), std::size_t{0}, std::plus<>(),
        [](const SourceReport& source) { return source.programmes; });
}

Result<GuideReport> build_guide(const std::vector<GuideChannel>& channels,
    const std::vector<GuideInput>& sources, const GuideOptions& options, const Clock& clock,
    const std::filesystem::path& target) {
    auto file = AtomicFile::create(target);
    if (!file) {
        return fail(std::move(file).error());
    }
    GuideFileOutput output(*file);
    GuideDocument document(channels, options, clock.wall(), output);
    if (sources.size() > 1) {
        document.compare_sources();
    }
    for (const GuideInput& input : sources) {
        const std::filesystem::path& source = input.file;
        document.begin_source(input);
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
