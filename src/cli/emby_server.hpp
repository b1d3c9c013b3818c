// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/emby_server.hpp>

#include <optional>

namespace plex_tuner::cli {

/// What stands against it is said.
[[nodiscard]] std::optional<plex::EmbyServerOptions> make_emby_options(
    plex::EmbyKind kind, const config::Config& config, const log::Logger& logger);

} // namespace plex_tuner::cli
