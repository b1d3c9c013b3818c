// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/engine/lineup_probe.hpp>
#include <plex_tuner/gateway/override_advice.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::cli {

/// A channel of plex-probe-overrides, with what came of it.
struct ProbedLine {
    const engine::ProbedChannel* channel = nullptr;
    const engine::ChannelProbe* probe = nullptr;
    gateway::Advice advice{};
    std::string key{};    ///< what it is entered as
    std::string kept{};   ///< somebody's own entry that stays; empty: none
    bool is_left = false; ///< that entry says that it is not transcoded
};

/// "50 frames per second, 6.20 Mb/s"
[[nodiscard]] std::string reasons_text(const gateway::Advice& advice);

/// A line for each channel, and a sum.
[[nodiscard]] std::string override_report_text(const std::vector<ProbedLine>& lines);

/// The same as members of a JSON object (docs/transcoding.md), without its braces.
[[nodiscard]] std::string override_report_json(const std::vector<ProbedLine>& lines);

} // namespace plex_tuner::cli
