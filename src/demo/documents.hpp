// SPDX-License-Identifier: GPL-3.0-or-later
// The playlist and the guide that the demo provider serves.
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::demo {

/// Extended M3U with absolute URLs below `base`, "http://127.0.0.1:1234".
[[nodiscard]] std::string playlist_document(std::string_view base);

/// XMLTV in the order its DTD demands: what is on from six hours before the current hour to 48
/// hours after it. Requests of the same hour get the same bytes.
[[nodiscard]] std::string guide_document(WallTime now);

} // namespace plex_tuner::demo
