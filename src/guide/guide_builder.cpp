// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_digest.hpp"
#include "guide_document.hpp"
#include "source_bytes.hpp"

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
    auto read = read_source_bytes(
        source, options, [&](std::string_view bytes) { return reader.feed(bytes); });
    return read ? reader.finish() : std::move(read);
}

[[nodiscard]] bool is_digested(const GuideInput& input, const GuideOptions& options) {
    return input.is_shared && !options.digest_directory.empty();
}

/// From what was read of the source for all who share it. False: there is none, for the reason
/// `why`; the document is as before.
[[nodiscard]] bool read_digest(const std::filesystem::path& source, const GuideOptions& options,
    GuideDocument& document, std::string& why) {
    auto digest = GuideDigest::of(source, options);
    if (!digest) {
        why = describe_fault(source, digest.error());
        return false;
    }
    if (!digest->mended().empty()) {
        document.retry_source(digest->mended());
    }
    if (auto read = digest->read(document, options.stop); !read) {
        why = describe_fault(source, read.error());
        document.retry_source({});
        return false;
    }
    return true;
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

    bool wants_channel(std::string_view /*id*/, std::size_t /*programmes*/) override {
        return false;
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
    const GuideInput& input, const GuideOptions& options, ChannelScan scan) {
    const std::filesystem::path& file = input.file;
    if (is_digested(input, options)) {
        ChannelCollector collector(ChannelScan::whole);
        auto digest = GuideDigest::of(file, options);
        if (digest && digest->read(collector, options.stop)) {
            return collector.take();
        }
    }
    std::optional<Error> fault;
    for (const Repair repair : {Repair::text, Repair::text_and_markup}) {
        ChannelCollector collector(scan);
        auto read = read_source(file, options, collector, repair);
        if (read || collector.done()) {
            return collector.take();
        }
        if (!fault) {
            fault = Error(read.error().code(), describe_fault(file, read.error()));
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
    std::vector<std::string> not_shared;
    for (const GuideInput& input : sources) {
        const std::filesystem::path& source = input.file;
        document.begin_source(input);
        std::string& why = not_shared.emplace_back();
        if (is_digested(input, options) && read_digest(source, options, document, why) &&
            document.output_error() == nullptr) {
            document.keep_source();
            continue;
        }
        auto read = read_source(source, options, document, Repair::text);
        if (!read && read.error().code() == ErrorCode::parse) {
            document.retry_source(describe_fault(source, read.error()));
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
            why.clear(); // it is the source
            document.drop_source(describe_fault(source, read.error()));
        }
    }
    auto report = document.finish();
    if (!report) {
        return report;
    }
    for (std::size_t i = 0; i < not_shared.size(); ++i) {
        report->sources[i].not_shared = std::move(not_shared[i]);
    }
    if (auto committed = file->commit(); !committed) {
        return fail(std::move(committed).error());
    }
    return report;
}

} // namespace plex_tuner::guide
