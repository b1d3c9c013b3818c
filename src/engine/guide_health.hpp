// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guide_facts.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <filesystem>
#include <string>

namespace plex_tuner::engine {

/// What the guide has for each channel, and in sum, as one JSON object
/// (docs/reference/http-api.md). `facts` belong to `lineup`.
[[nodiscard]] std::string guide_health_json(const lineup::Lineup& lineup, const GuideFacts& facts);

/// The same as a table of text.
[[nodiscard]] std::string guide_health_text(const lineup::Lineup& lineup, const GuideFacts& facts);

/// Writes table and JSON where guide_health_file() says.
[[nodiscard]] Result<void> save_guide_health(const std::filesystem::path& state_directory,
    const lineup::Lineup& lineup, const GuideFacts& facts);

/// The same as a page.
[[nodiscard]] std::string guide_health_page(const lineup::Lineup& lineup, const GuideFacts* facts);

} // namespace plex_tuner::engine
