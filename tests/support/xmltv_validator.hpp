// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace plex_tuner::testing {

/// Empty when tv_validate_file (xmltv-util) and the XMLTV DTD both accept `document`, else what
/// they say.
[[nodiscard]] std::string xmltv_complaints(const std::string& document);

} // namespace plex_tuner::testing
