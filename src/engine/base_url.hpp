// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/http_types.hpp>

#include <string>

namespace plex_tuner::engine {

/// How the client that sent `request` reaches us: the configured URL if there is one, else the Host
/// it asked for, else the address it connected to. Never with a trailing slash.
[[nodiscard]] std::string base_url_for(const net::Request& request, const std::string& configured);

} // namespace plex_tuner::engine
