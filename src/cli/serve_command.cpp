// SPDX-License-Identifier: GPL-3.0-or-later
// `run` and `serve`: one engine under two names.
#include "commands.hpp"
#include "emby_server.hpp"
#include "freed_memory.hpp"
#include "hint.hpp"
#include "lineup_settings.hpp"
#include "mount_settings.hpp"
#include "plex_server.hpp"
#include "service_options.hpp"
#include "settings.hpp"
#include "switches.hpp"
#include "version.hpp"

#include <plex_tuner/net/descriptor_limit.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -register-only\n        End once the tuner is set up in the media servers that "
    "-register-plex and\n        the like name, or that has failed.\n";

/// Whether the service can set itself up as the settings want it; what stands against it is said.
/// Whom to ask who watches. Where nobody can be asked, everybody is unknown.
void set_client_adaptation(
    engine::ServiceOptions& options, const config::Config& config, const log::Logger& logger) {
    if (config.stream.client_adapt) {
        options.client_adapt.emplace();
        if (config.plex.url) {
            options.client_adapt->server = make_server_options(config.plex, logger);
        }
    }
}

bool set_registrations(
    engine::ServiceOptions& options, const config::Config& config, const log::Logger& logger) {
    if (config.plex.registration == config::PlexRegistration::api) {
        auto server = make_server_options(config.plex, logger);
        if (!server) {
            return false;
        }
        options.media_servers.push_back(
            {.server = std::move(*server), .guide_wait = config.plex.guide_wait});
    }
    for (const auto kind : {plex::EmbyKind::jellyfin, plex::EmbyKind::emby}) {
        const bool is_wanted = kind == plex::EmbyKind::jellyfin ? config.jellyfin.registration
                                                                : config.emby.registration;
        auto server = is_wanted ? make_emby_options(kind, config, logger) : std::nullopt;
        if (is_wanted && !server) {
            return false;
        }
        if (server) {
            options.media_servers.push_back({.server = std::move(*server)});
        }
    }
    options.registration_check = config.registration.check_interval;
    if (!options.media_servers.empty() && config.lineup.mode == config::Mode::easy) {
        logger.warn("a tuner in mode easy is set up by hand; it does not set itself up");
        options.media_servers.clear();
    }
    if (options.register_only && options.media_servers.empty()) {
        logger.error("-register-only needs a media server to set the tuner up in: "
                     "-register-plex=api, -register-jellyfin or -register-emby");
        return false;
    }
    return true;
}

plex::JudgeOptions judge_options(const config::ReaperSettings& settings) {
    plex::JudgeOptions judge;
    judge.idle = settings.idle;
    judge.renew = settings.renew_lease;
    judge.pause = settings.pause;
    judge.hard = settings.hard_lease;
    judge.machine_id = settings.machine_id;
    judge.player_ip = settings.player_ip;
    return judge;
}

/// False: a reaper is wanted, and cannot be as it is configured, which is said.
bool set_reapers(
    engine::ServiceOptions& options, const config::Config& config, const log::Logger& logger) {
    const config::ReaperSettings& settings = config.reaper;
    if (!settings.is_on && !config.jellyfin.reaper && !config.emby.reaper) {
        return true;
    }
    const plex::JudgeOptions judge = judge_options(settings);
    if (!judge.has_rule()) {
        logger.error("a session reaper needs one of PLEX_TUNER_PLEX_SESSION_REAPER_IDLE_S, "
                     "_RENEW_LEASE_S and _HARD_LEASE_S above 0");
        return false;
    }
    if (settings.is_on) {
        auto server = make_server_options(config.plex, logger);
        if (!server) {
            return false;
        }
        engine::PlexReaperOptions reaper(std::move(*server));
        reaper.judge = judge;
        reaper.poll = settings.poll;
        reaper.listens = settings.events;
        options.plex_reaper = std::move(reaper);
    }
    for (const auto kind : {plex::EmbyKind::jellyfin, plex::EmbyKind::emby}) {
        if (!(kind == plex::EmbyKind::jellyfin ? config.jellyfin.reaper : config.emby.reaper)) {
            continue;
        }
        auto server = make_emby_options(kind, config, logger);
        if (!server) {
            return false;
        }
        engine::EmbyReaperOptions reaper(std::move(*server));
        reaper.judge = judge;
        reaper.judge.machine_id.clear(); // of Plex
        reaper.judge.player_ip.clear();
        reaper.poll = settings.poll;
        options.emby_reapers.push_back(std::move(reaper));
    }
    return true;
}

} // namespace

ExitCode serve_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool register_only = take_switch(rest.arguments, "register-only");
    const Beginning begun = begin_command(rest, kSwitches);
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
        const ErrorCode code = options.error().code();
        return code == ErrorCode::invalid_argument || code == ErrorCode::unsupported
                   ? ExitCode::bad_settings
                   : ExitCode::failure;
    }
    options->fetch.has_http_proxy = has_http_proxy(invocation);
    options->register_only = register_only;
    set_client_adaptation(*options, config, logger);
    if (!set_registrations(*options, config, logger) || !set_reapers(*options, config, logger)) {
        return ExitCode::bad_settings;
    }
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
        engine::VodMountOptions mount = make_mount_options(config, options->index, logger);
        mount.fetch.has_http_proxy = has_http_proxy(invocation);
        mount.catalog_may_come_later = true;
        if (auto mounted = engine::VodMount::create(std::move(mount), logger.module("mount"))) {
            films = std::move(*mounted);
            (*service)->show_films([&films] { return films->status(); });
        } else {
            logger.error("films and series are not mounted", {{"error", mounted.error()}});
        }
    }
    if (const auto ended = (*service)->run(); !ended) {
        logger.error("the tuner was not set up", {{"error", ended.error()}});
        return ExitCode::failure;
    }
    return ExitCode::success;
}

} // namespace plex_tuner::cli
