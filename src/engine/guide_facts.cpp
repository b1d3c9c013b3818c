// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_facts.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::engine {

namespace {

/// The source that fed the channel, else the first that knows it, else the first.
const SourceLinks* telling_links(
    const guide::ChannelReport& channel, std::size_t index, const std::vector<SourceLinks>& links) {
    if (links.empty()) {
        return nullptr;
    }
    if (channel.source >= 0) {
        return &links[static_cast<std::size_t>(channel.source)];
    }
    const auto known = std::ranges::find_if(links,
        [&](const SourceLinks& one) { return one.matches[index].method != epg::Method::none; });
    return known == links.end() ? &links.front() : &*known;
}

} // namespace

std::shared_ptr<const GuideFacts> make_guide_facts(std::string fingerprint, WallTime built,
    const guide::GuideReport& report, const std::vector<SourceLinks>& links,
    const std::vector<std::string>& names) {
    auto facts = std::make_shared<GuideFacts>();
    facts->fingerprint = std::move(fingerprint);
    facts->built = built;
    facts->channels.reserve(report.channels.size());
    for (std::size_t i = 0; i < report.channels.size(); ++i) {
        const guide::ChannelReport& its = report.channels[i];
        ChannelGuideFacts& channel = facts->channels.emplace_back();
        channel.programmes = its.programmes;
        channel.next_hole = its.next_hole;
        channel.index = its.index;
        if (its.source >= 0) {
            channel.source = names[static_cast<std::size_t>(its.source)];
        }
        if (const SourceLinks* telling = telling_links(its, i, links)) {
            channel.match = telling->matches[i];
        }
    }
    return facts;
}

} // namespace plex_tuner::engine
