// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/epg/matcher.hpp>
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

/// What the channels of a lineup are called in one guide.
struct SourceLinks {
    std::vector<std::string> ids;    ///< for guide::GuideInput
    std::vector<epg::Match> matches; ///< in the order of the lineup
    std::size_t declared = 0;        ///< channels of the guide they were made from
};

/// Matches each channel of `lineup` to those that a guide declares. One that matches none keeps its
/// tvg-id, for guides that declare nothing.
[[nodiscard]] SourceLinks link_guide(const lineup::Lineup& lineup,
    const std::vector<guide::SourceChannel>& declared, const epg::Aliases& aliases,
    epg::MatchOptions options);

/// For the guide of an HDHomeRun at `device` ("http://host:port"): first by the number that a
/// channel has there, which is one of its names in such guides.
[[nodiscard]] SourceLinks link_device_guide(const lineup::Lineup& lineup,
    const std::vector<guide::SourceChannel>& declared, std::string_view device,
    const epg::Aliases& aliases, epg::MatchOptions options);

/// For a guide that calls the channels as the catalog does.
[[nodiscard]] SourceLinks link_by_channel_id(const lineup::Lineup& lineup);

} // namespace plex_tuner::engine
