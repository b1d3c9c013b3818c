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

} // namespace plex_tuner::engine
