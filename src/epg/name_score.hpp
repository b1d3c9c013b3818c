// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/epg/channel_name.hpp>

#include <functional>
#include <string>

namespace plex_tuner::epg {

struct NameScore {
    double score = 0; ///< 0 to 1
    std::string reason;
};

/// How likely two names mean the same channel: the words they share, each counting as much as
/// `weight` says. Names whose numbers or hours of delay differ are never the same ("BBC 1" and
/// "BBC 2"); those that share a call sign are.
[[nodiscard]] NameScore score_names(const ChannelName& wanted, const ChannelName& offered,
    const std::function<double(const std::string&)>& weight);

} // namespace plex_tuner::epg
