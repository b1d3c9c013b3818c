// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "document.hpp"

#include <plex_tuner/plex/sessions.hpp>

namespace plex_tuner::plex {

[[nodiscard]] std::vector<PlaySession> read_sessions(const Element& container);
[[nodiscard]] std::vector<GrabOperation> read_grabs(const Element& container);

} // namespace plex_tuner::plex
