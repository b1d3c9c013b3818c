// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <vector>

namespace plex_tuner::engine {

/// The channels of a lineup as the guide wants them: with their time shifts, and with the events
/// that their names announce. Views point into `lineup`.
[[nodiscard]] std::vector<guide::GuideChannel> guide_channels(
    const lineup::Lineup& lineup, const ServiceOptions& options, WallTime now);

} // namespace plex_tuner::engine
