// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_writer.hpp"

#include "guide_channel_list.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <utility>

namespace plex_tuner::engine {

namespace {

constexpr std::size_t kMaxAliasBytes = std::size_t{16} << 20;

/// The channels that have programmes of none but the panel's own answers.
std::vector<UncoveredChannel> uncovered_channels(const lineup::Lineup& lineup,
    const std::vector<guide::GuideChannel>& channels, const std::vector<GuideFileInput>& from,
    const guide::GuideReport& report) {
    std::vector<UncoveredChannel> uncovered;
    for (std::size_t i = 0; i < report.channels.size(); ++i) {
        const int source = report.channels[i].source;
        const bool is_covered =
            source >= 0 && !from[static_cast<std::size_t>(source)].by_channel_id;
        if (is_covered || channels[i].event) {
            continue;
        }
        const lineup::Channel& channel = lineup.channels()[i];
        UncoveredChannel& one = uncovered.emplace_back();
        one.channel_id = channel.channel_id;
        for (const catalog::StreamSource& stream : channel.sources) {
            one.addresses.push_back(stream.url.str());
        }
    }
    return uncovered;
}

} // namespace

GuideWriter::GuideWriter(const ServiceOptions& options, const GuideStore& guides,
    BuildThread& build_thread, std::shared_ptr<const Clock> clock, std::stop_token stop,
    log::Logger logger)
    : options_(options), guides_(guides), build_thread_(build_thread), clock_(std::move(clock)),
      stop_(std::move(stop)), logger_(std::move(logger)) {}

asio::awaitable<Result<WrittenGuide>> GuideWriter::write(
    std::shared_ptr<const lineup::Lineup> lineup, std::vector<GuideFileInput> from) {
    return build_thread_.run([this, lineup = std::move(lineup), from = std::move(from)] {
        return link_and_write(*lineup, from);
    });
}

void GuideWriter::read_aliases() {
    if (options_.guide_aliases.empty()) {
        return;
    }
    auto text = read_file(options_.guide_aliases, kMaxAliasBytes);
    auto aliases = text ? epg::Aliases::parse(*text) : Result<epg::Aliases>(fail(text.error()));
    if (!aliases) {
        logger_.error("guide aliases not read, those read before stay",
            {{"file", options_.guide_aliases.string()}, {"error", aliases.error()}});
        return;
    }
    aliases_ = std::move(*aliases);
}

SourceLinks GuideWriter::link(const lineup::Lineup& lineup, const GuideFileInput& guide,
    const std::vector<guide::SourceChannel>& declared) const {
    return guide.device.empty() ? link_guide(lineup, declared, aliases_, options_.guide_matching)
                                : link_device_guide(lineup, declared, guide.device, aliases_,
                                      options_.guide_matching);
}

Result<WrittenGuide> GuideWriter::link_and_write(
    const lineup::Lineup& lineup, const std::vector<GuideFileInput>& from) {
    guide::GuideOptions options = options_.guide;
    options.generator = "plex-tuner " + options_.version;
    options.stop = stop_;
    read_aliases();
    WrittenGuide written;
    std::vector<guide::GuideInput> inputs;
    for (const GuideFileInput& one : from) {
        if (one.by_channel_id) {
            written.links.push_back(link_by_channel_id(lineup));
        } else {
            // What cannot be read the build will name.
            const auto declared =
                guide::read_guide_channels({.file = one.file, .is_shared = one.is_shared}, options)
                    .value_or(std::vector<guide::SourceChannel>());
            written.links.push_back(link(lineup, one, declared));
        }
        inputs.push_back({.file = one.file,
            .shift = one.shift,
            .ids = written.links.back().ids,
            .is_shared = one.is_shared});
    }
    const auto channels = guide_channels(lineup, options_, clock_->wall());
    auto report = guide::build_guide(channels, inputs, options, *clock_, guides_.incoming());
    // A feed that declares channels behind its first programme is known only now.
    bool links_changed = false;
    for (std::size_t i = 0; report && i < inputs.size(); ++i) {
        const guide::SourceReport& read = report->sources[i];
        if (from[i].by_channel_id || !read.failure.empty() ||
            read.channels.size() == written.links[i].declared) {
            continue;
        }
        written.links[i] = link(lineup, from[i], read.channels);
        links_changed = links_changed || written.links[i].ids != inputs[i].ids;
        inputs[i].ids = written.links[i].ids;
    }
    if (links_changed) {
        report = guide::build_guide(channels, inputs, options, *clock_, guides_.incoming());
    }
    if (!report) {
        return fail(std::move(report).error());
    }
    written.report = std::move(*report);
    written.uncovered = uncovered_channels(lineup, channels, from, written.report);
    return written;
}

} // namespace plex_tuner::engine
