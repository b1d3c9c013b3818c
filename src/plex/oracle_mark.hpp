// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/records.hpp>

#include <string>

namespace plex_tuner::plex {

/// The name that the guide of a DVR was given when it was made: in the id of its lineup, where
/// nobody renames it. Empty where Plex provides the guide itself.
[[nodiscard]] std::string made_title(const Dvr& dvr);

} // namespace plex_tuner::plex
