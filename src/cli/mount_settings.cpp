// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_settings.hpp"

#include "plex_server.hpp"

#include <utility>

namespace plex_tuner::cli {

engine::VodMountOptions make_mount_options(
    const config::Config& config, engine::IndexOptions index, const log::Logger& logger) {
    const config::VodfsSettings& settings = config.vodfs;
    engine::VodMountOptions options;
    options.mount = {.mount_point = settings.mount_point,
        .name_prefix = settings.name_prefix.empty() ? "" : settings.name_prefix + " ",
        .allow_other = settings.allow_other,
        .cache = settings.cache / "vod",
        .cache_bytes = settings.cache_bytes,
        .cache_min_free = settings.cache_min_free,
        .sizes = index.state_directory / "vod.db",
        .limits = index.limits,
        .size_rate = settings.size_rate};
    options.fetch = make_client_options(config);
    options.index = std::move(index);
    // A server without a token, or the other way round, is somebody else's business, who says so.
    if (config.plex.vod_scan && config.plex.url && !config.plex.token.empty()) {
        if (auto server = make_server_options(config.plex, logger)) {
            options.library_scans = {
                .server = std::move(*server), .plex_path = config.plex.vod_path};
        }
    }
    return options;
}

} // namespace plex_tuner::cli
