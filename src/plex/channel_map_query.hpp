// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/records.hpp>

#include <span>
#include <string>

namespace plex_tuner::plex {

/// The arguments that set the whole channel map of a device. Plex forgets what is not in them, so
/// they are never split over several requests. The brackets are literal: servers take them encoded
/// too, but three times as long.
[[nodiscard]] std::string channel_map_query(std::span<const ChannelMapping> mappings);

} // namespace plex_tuner::plex
