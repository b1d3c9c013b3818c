// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/lineup/lineup.hpp>

#include <array>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// A lineup with a channel of each name, numbered from 1.
[[nodiscard]] inline std::shared_ptr<const lineup::Lineup> lineup_of(
    const std::vector<std::string>& names) {
    catalog::CatalogBuilder builder;
    const std::array sources{catalog::StreamSource{.url = "http://provider/1.ts", .headers = {}}};
    for (const std::string& name : names) {
        catalog::LiveChannel channel;
        channel.channel_id = name;
        channel.guide_name = name;
        const std::string group = "Group of " + name;
        channel.group_title = group;
        channel.sources = sources;
        builder.add(channel);
    }
    lineup::NumberBook book;
    return lineup::Lineup::build(
        std::make_shared<const catalog::Catalog>(builder.build()), {}, book, WallTime());
}

} // namespace plex_tuner::engine
