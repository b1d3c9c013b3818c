// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_dvr_report.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"
#include "wanted_tuners.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace plex_tuner::cli {

namespace {

constexpr const char* kOwnSwitches =
    "  -dry-run\n        Print what would be done, and change nothing.\n"
    "  -delete-unknown\n        Also delete DVRs and devices that are not wanted, of those that "
    "-owned names.\n"
    "  -reload\n        Load the guides and map the channels also where all is as wanted.\n";

struct Switches {
    WantedTunersSwitches tuners;
    bool dry_run = false;
    bool delete_unknown = false;
    bool reload = false;
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    switches.tuners = WantedTunersSwitches::take(arguments);
    switches.dry_run = take_switch(arguments, "dry-run");
    switches.delete_unknown = take_switch(arguments, "delete-unknown");
    switches.reload = take_switch(arguments, "reload");
    return switches;
}

void say_what_is_left(const plex::DvrReport& report, const log::Logger& logger) {
    for (const plex::Leftover& leftover : report.left_alone) {
        const auto url = Url::parse(leftover.uri);
        logger.info("not wanted, and left alone",
            {{"dvr", leftover.dvr_key}, {"title", leftover.title},
                {"device_id", leftover.device_id}, {"uri", url ? url->redacted() : ""}});
    }
}

} // namespace

ExitCode plex_dvr_sync_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest,
        std::string("\nOf this command alone:\n") + WantedTunersSwitches::kHelp + kOwnSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto server_options = make_server_options(config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    auto wanted = switches.tuners.read();
    if (!wanted) {
        logger.error("cannot tell which tuners are wanted", {{"error", wanted.error()}});
        return ExitCode::failure;
    }
    if (switches.delete_unknown && config.plex.owned.empty()) {
        logger.error("-delete-unknown deletes only what -owned (PLEX_TUNER_PLEX_OWNED) says is "
                     "ours, such as -owned '1A2B*,http://10.0.0.5:*'");
        return ExitCode::failure;
    }
    plex::DvrSyncOptions options;
    options.dry_run = switches.dry_run;
    options.guide_wait = config.plex.guide_wait;
    options.plan = {.reload = switches.reload,
        .delete_unknown = switches.delete_unknown,
        .owned = config.plex.owned,
        .known_ids = wanted->known_ids};
    Result<plex::DvrReport> report{};
    if (wanted->tuners.empty()) {
        logger.info("no tuner is wanted; nothing is to be done");
    } else {
        fetch::ClientOptions client_options = make_client_options(config);
        client_options.has_http_proxy = has_http_proxy(invocation);
        report = with_plex<plex::DvrReport>(*server_options, std::move(client_options), logger,
            [&](plex::Server& server, fetch::Client& client) {
                return plex::sync_dvrs(
                    server, client, std::move(wanted->tuners), options, logger.module("plex"));
            });
    }
    if (!report) {
        logger.error("Plex was not set up", {{"error", report.error()}});
        return ExitCode::failure;
    }
    say_what_is_left(*report, logger);
    if (options.dry_run) {
        std::fputs(dvr_plan_table(*report).c_str(), stderr);
    }
    std::fputs(dvr_report_json(*report, server_options->url.redacted(), options).c_str(), stdout);
    const bool failed = std::ranges::any_of(report->results,
        [](const plex::DvrResult& result) { return result.action == plex::DvrAction::error; });
    return failed ? ExitCode::failure : ExitCode::success;
}

} // namespace plex_tuner::cli
