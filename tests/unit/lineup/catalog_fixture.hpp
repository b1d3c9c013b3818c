// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::lineup {

struct ChannelRow {
    std::string name;
    std::string tvg_id = {};
    std::string group = {};
    std::string number = {};
    std::string id = {}; ///< empty: the name
};

inline std::shared_ptr<const catalog::Catalog> catalog_with(const std::vector<ChannelRow>& rows) {
    catalog::CatalogBuilder builder;
    for (const ChannelRow& row : rows) {
        const std::string url = "http://provider/" + row.name;
        const std::array sources{catalog::StreamSource{.url = url, .headers = {}}};
        catalog::LiveChannel channel;
        channel.channel_id = row.id.empty() ? row.name : row.id;
        channel.guide_number = row.number;
        channel.guide_name = row.name;
        channel.tvg_id = row.tvg_id;
        channel.group_title = row.group;
        channel.sources = sources;
        builder.add(channel);
    }
    return std::make_shared<const catalog::Catalog>(builder.build());
}

} // namespace plex_tuner::lineup
