// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_dvr_report.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/hdhr/device_id.hpp>
#include <plex_tuner/plex/wanted_tuners.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

namespace plex_tuner::cli {

namespace {

constexpr std::size_t kMaxFile = std::size_t{16} << 20;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -base-urls value\n        Base URLs of the tuners as Plex reaches them, separated by "
    "commas.\n"
    "  -device-ids value\n        Their device ids, one for each, in the same order.\n"
    "  -names value\n        What they are called; default instance-1, instance-2 and so on.\n"
    "  -config FILE\n        Take all of these from the instances of a supervisor file.\n"
    "  -dry-run\n        Print what would be done, and change nothing.\n"
    "  -delete-unknown\n        Also delete DVRs and devices that are not wanted, of those that "
    "-owned names.\n"
    "  -reload\n        Load the guides and map the channels also where all is as wanted.\n";

struct Switches {
    std::optional<std::string> base_urls;
    std::optional<std::string> device_ids;
    std::optional<std::string> names;
    std::optional<std::string> config;
    bool dry_run = false;
    bool delete_unknown = false;
    bool reload = false;
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    switches.base_urls = take_value(arguments, "base-urls");
    switches.device_ids = take_value(arguments, "device-ids");
    switches.names = take_value(arguments, "names");
    switches.config = take_value(arguments, "config");
    switches.dry_run = take_switch(arguments, "dry-run");
    switches.delete_unknown = take_switch(arguments, "delete-unknown");
    switches.reload = take_switch(arguments, "reload");
    return switches;
}

Result<plex::WantedTuners> read_wanted(const Switches& switches) {
    if (!switches.config) {
        return plex::wanted_from_lists(switches.base_urls.value_or(""),
            switches.device_ids.value_or(""), switches.names.value_or(""));
    }
    if (switches.base_urls || switches.device_ids || switches.names) {
        return fail(ErrorCode::invalid_argument,
            "-config names the tuners; -base-urls, -device-ids and -names cannot be given too");
    }
    const auto text = read_file(*switches.config, kMaxFile);
    if (!text) {
        return std::unexpected(text.error());
    }
    auto wanted = plex::wanted_from_supervisor_file(*text);
    return wanted ? std::move(wanted)
                  : Result<plex::WantedTuners>(fail_with(std::move(wanted), *switches.config));
}

/// The ids that the tuners make of what is configured.
void normalize(plex::WantedTuners& wanted) {
    const auto effective = [](const std::string& text) {
        return hdhr::device_id_from_configuration(text).id.text();
    };
    for (plex::WantedTuner& tuner : wanted.tuners) {
        tuner.device_id = effective(tuner.device_id);
    }
    std::ranges::transform(wanted.known_ids, wanted.known_ids.begin(), effective);
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
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto server_options = make_server_options(config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    auto wanted = read_wanted(switches);
    if (!wanted) {
        logger.error("cannot tell which tuners are wanted", {{"error", wanted.error()}});
        return ExitCode::failure;
    }
    if (switches.delete_unknown && config.plex.owned.empty()) {
        logger.error("-delete-unknown deletes only what -owned (PLEX_TUNER_PLEX_OWNED) says is "
                     "ours, such as -owned '1A2B*,http://10.0.0.5:*'");
        return ExitCode::failure;
    }
    normalize(*wanted);
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
