// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_map_query.hpp"

#include <plex_tuner/base/percent.hpp>

namespace plex_tuner::plex {

std::string channel_map_query(std::span<const ChannelMapping> mappings) {
    std::string enabled;
    std::string rest;
    for (const ChannelMapping& mapping : mappings) {
        const std::string id = percent::encode(mapping.device_identifier);
        enabled.append(enabled.empty() ? "" : ",").append(id);
        rest.append("&channelMapping[").append(id).append("]=");
        rest += percent::encode(mapping.lineup_identifier);
        rest.append("&channelMappingByKey[").append(id).append("]=");
        rest += percent::encode(mapping.channel_key);
    }
    return "channelsEnabled=" + enabled + rest;
}

} // namespace plex_tuner::plex
