// SPDX-License-Identifier: GPL-3.0-or-later
// `run` and `serve`: one engine under two names.
#include "commands.hpp"
#include "freed_memory.hpp"
#include "hint.hpp"
#include "lineup_settings.hpp"
#include "mount_settings.hpp"
#include "service_options.hpp"
#include "settings.hpp"
#include "version.hpp"

#include <plex_tuner/net/descriptor_limit.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace plex_tuner::cli {
ExitCode serve_command(const Invocation& invocation) {
    const Beginning begun = begin_command(invocation);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;

    auto lineup = make_lineup_options(config);
    if (!lineup) {
        logger.error("cannot start", {{"error", lineup.error()}});
        return ExitCode::bad_settings;
    }
    net::raise_descriptor_limit();
    keep_freed_memory();
    auto options = make_service_options(config, std::move(*lineup), version_number(), logger);
    if (!options) {
        logger.error("cannot start", {{"error", options.error()}});
        return ExitCode::failure;
    }
    options->fetch.has_http_proxy = has_http_proxy(invocation);
    auto service = engine::Service::create(*options, logger.module("engine"));
    if (!service) {
        logger.error("cannot start", {{"error", service.error()}});
        return ExitCode::failure;
    }
    std::fputs(start_hint(*options, (*service)->port()).c_str(), stdout);
    std::fflush(stdout);
    // The tuner serves whether or not films can be shown.
    std::unique_ptr<engine::VodMount> films;
    if (!config.vodfs.mount_point.empty()) {
        engine::VodMountOptions mount = make_mount_options(config, options->index);
        mount.fetch.has_http_proxy = has_http_proxy(invocation);
        mount.catalog_may_come_later = true;
        if (auto mounted = engine::VodMount::create(std::move(mount), logger.module("mount"))) {
            films = std::move(*mounted);
            (*service)->show_films([&films] { return films->status(); });
        } else {
            logger.error("films and series are not mounted", {{"error", mounted.error()}});
        }
    }
    (*service)->run();
    return ExitCode::success;
}

} // namespace plex_tuner::cli
