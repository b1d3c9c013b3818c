// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guide_links.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/epg/matcher.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// What the guide has for one channel, and why.
struct ChannelGuideFacts {
    std::size_t programmes = 0; ///< without placeholders
    std::string source;         ///< the first that gave one, without credentials; empty: none did
    epg::Match match;           ///< in that source, else in the first that knows the channel
    std::optional<WallTime> next_hole{};
    std::vector<guide::ProgrammeAt> index; ///< where its programmes stand in the guide file
};

/// The same for a whole lineup, in its order.
struct GuideFacts {
    std::string fingerprint; ///< of the lineup
    WallTime built{};
    std::vector<ChannelGuideFacts> channels;
};

/// What a build came to. `links` and `names` (without credentials) are of its sources.
[[nodiscard]] std::shared_ptr<const GuideFacts> make_guide_facts(std::string fingerprint,
    WallTime built, const guide::GuideReport& report, const std::vector<SourceLinks>& links,
    const std::vector<std::string>& names);

} // namespace plex_tuner::engine
