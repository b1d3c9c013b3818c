// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/engine/service.hpp>

#include <string>
#include <vector>

namespace plex_tuner::engine {

/// For logs and errors: without credentials.
[[nodiscard]] std::string redacted_text(const Location& location);

/// The guide addresses a playlist names, as locations: absolute, or relative to where the playlist
/// came from. Those that cannot be fetched or read are left out.
[[nodiscard]] std::vector<Location> guide_locations(
    const std::vector<std::string>& texts, const Location& playlist);

/// One location per line, credentials included: what parse_location_list reads back.
[[nodiscard]] std::string location_list(const std::vector<Location>& locations);
[[nodiscard]] std::vector<Location> parse_location_list(std::string_view text);

} // namespace plex_tuner::engine
