// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_links.hpp"

namespace plex_tuner::engine {

SourceLinks link_guide(const lineup::Lineup& lineup,
    const std::vector<guide::SourceChannel>& declared, const epg::Aliases& aliases,
    epg::MatchOptions options) {
    const epg::Matcher matcher(declared, aliases, options);
    SourceLinks links;
    links.declared = declared.size();
    for (const lineup::Channel& channel : lineup.channels()) {
        links.matches.push_back(matcher.match({channel.guide_name, channel.tvg_id, channel.group}));
        const std::string& id = links.matches.back().xmltv_id;
        links.ids.push_back(id.empty() ? std::string(channel.tvg_id) : id);
    }
    return links;
}

SourceLinks link_by_channel_id(const lineup::Lineup& lineup) {
    SourceLinks links;
    for (const lineup::Channel& channel : lineup.channels()) {
        links.ids.emplace_back(channel.channel_id);
        links.matches.push_back({.method = epg::Method::none,
            .xmltv_id = {},
            .reason = "no guide has it; the panel was asked for this channel alone",
            .alternatives = {}});
    }
    return links;
}

} // namespace plex_tuner::engine
