// SPDX-License-Identifier: GPL-3.0-or-later
// How Plex names the guide of a DVR.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::plex {

/// "lineup://tv.plex.providers.epg.xmltv/http://host/guide.xml#Title", not encoded for a query.
[[nodiscard]] std::string xmltv_lineup_id(std::string_view guide_url, std::string_view title);

/// The address in such an id, whether it stands there as it is or percent-encoded; none for a guide
/// that Plex provides itself.
[[nodiscard]] std::optional<std::string> guide_url_of(std::string_view lineup_id);

/// Whether two addresses are one: case of scheme and host, a default port and a '/' at the end do
/// not matter.
[[nodiscard]] bool is_same_address(std::string_view a, std::string_view b);

} // namespace plex_tuner::plex
