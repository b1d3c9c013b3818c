// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "index_settings.hpp"

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/engine/vod_mount.hpp>
#include <plex_tuner/log/logger.hpp>

namespace plex_tuner::cli {

/// For the mount of `index`'s catalog.
[[nodiscard]] engine::VodMountOptions make_mount_options(
    const config::Config& config, engine::IndexOptions index, const log::Logger& logger);

} // namespace plex_tuner::cli
