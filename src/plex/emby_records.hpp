// SPDX-License-Identifier: GPL-3.0-or-later
// What a Jellyfin or Emby server answers, and is told.
#pragma once

#include <plex_tuner/plex/emby_server.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

// All are parse errors for what is not well-formed or of another shape; members that are missing
// or of another type are left empty.

/// The named configuration "livetv".
[[nodiscard]] Result<EmbyLiveTv> read_emby_live_tv(std::string_view body);
/// Lists of their own, as Emby has them.
[[nodiscard]] Result<std::vector<EmbyTuner>> read_emby_tuners(std::string_view body);
[[nodiscard]] Result<std::vector<EmbyGuide>> read_emby_guides(std::string_view body);
/// not_found: the server has no such task.
[[nodiscard]] Result<EmbyGuideTask> read_emby_guide_task(std::string_view body);
[[nodiscard]] Result<std::vector<EmbyChannel>> read_emby_channels(std::string_view body);
[[nodiscard]] Result<std::vector<EmbySession>> read_emby_sessions(std::string_view body);

[[nodiscard]] std::string emby_json(const EmbyTuner& tuner);
[[nodiscard]] std::string emby_json(const EmbyGuide& guide);

} // namespace plex_tuner::plex
