// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "document.hpp"

#include <plex_tuner/plex/library.hpp>
#include <plex_tuner/plex/records.hpp>

namespace plex_tuner::plex {

[[nodiscard]] std::vector<Device> read_devices(const Element& container);
[[nodiscard]] std::vector<Dvr> read_dvrs(const Element& container);
[[nodiscard]] std::vector<ChannelMapping> read_channel_mappings(const Element& container);
[[nodiscard]] std::vector<Library> read_libraries(const Element& container);
[[nodiscard]] std::vector<Preference> read_preferences(const Element& container);
[[nodiscard]] ServerAbout read_about(const Element& container);
[[nodiscard]] ServerIdentity read_identity(const Element& container);
/// The uuids of what the server is working on.
[[nodiscard]] std::vector<std::string> read_activities(const Element& container);

} // namespace plex_tuner::plex
