// SPDX-License-Identifier: GPL-3.0-or-later
// `jellyfin-sync` and `emby-sync`.
#include "commands.hpp"
#include "emby_server.hpp"
#include "index_settings.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"
#include "wanted_tuners.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/text_table.hpp>
#include <plex_tuner/plex/emby_sync.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace plex_tuner::cli {

namespace {

using Results = std::vector<plex::EmbyResult>;

constexpr const char* kOwnSwitches =
    "  -dry-run\n        Print what would be done, and change nothing.\n"
    "  -reload\n        Have lineups and guides read also where all is as wanted.\n";

std::string plan_table(const Results& results) {
    std::vector<std::vector<std::string>> rows{{"TUNER", "DEVICE", "ACTION", "CHANNELS", "STEPS"}};
    for (const plex::EmbyResult& result : results) {
        std::string steps = result.error;
        for (const plex::EmbyStep step : result.steps) {
            steps.append(steps.empty() ? "" : "; ").append(to_string(step));
        }
        rows.push_back({result.name, result.device_id, std::string(to_string(result.action)),
            std::to_string(result.channels) + " of " + std::to_string(result.served),
            std::move(steps)});
    }
    return text_table(rows);
}

std::string report_json(const Results& results, std::string_view url, bool dry_run) {
    std::string text = "{\n  \"url\": " + json_quoted(url) +
                       ",\n  \"dry_run\": " + (dry_run ? "true" : "false") + ",\n  \"results\": [";
    const char* separator = "\n";
    for (const plex::EmbyResult& result : results) {
        text += separator;
        text += "    {\n      \"name\": " + json_quoted(result.name) +
                ",\n      \"device_id\": " + json_quoted(result.device_id) +
                ",\n      \"action\": " + json_quoted(to_string(result.action)) +
                ",\n      \"tuner_id\": " + json_quoted(result.tuner_id) +
                ",\n      \"channels\": " + std::to_string(result.channels) +
                ",\n      \"with_programme\": " + std::to_string(result.with_programme) +
                ",\n      \"error\": " + json_quoted(result.error) + "\n    }";
        separator = ",\n";
    }
    return text + (results.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

ExitCode sync_command(const Invocation& invocation, plex::EmbyKind kind) {
    Invocation rest = invocation;
    const WantedTunersSwitches told = WantedTunersSwitches::take(rest.arguments);
    plex::EmbySyncOptions options;
    options.dry_run = take_switch(rest.arguments, "dry-run");
    options.reload = take_switch(rest.arguments, "reload");
    const std::string help =
        std::string("\nOf this command alone:\n") + WantedTunersSwitches::kHelp + kOwnSwitches;
    const Beginning begun = begin_command(rest, help);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    const auto server_options = make_emby_options(kind, begun.loaded.config, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    auto wanted = told.read();
    if (!wanted) {
        logger.error("cannot tell which tuners are wanted", {{"error", wanted.error()}});
        return ExitCode::failure;
    }
    const log::Logger module =
        logger.module(kind == plex::EmbyKind::jellyfin ? "jellyfin" : "emby");
    Result<Results> results{};
    if (wanted->tuners.empty()) {
        logger.info("no tuner is wanted; nothing is to be done");
    } else {
        fetch::ClientOptions client_options = make_client_options(begun.loaded.config);
        client_options.has_http_proxy = has_http_proxy(invocation);
        results = with_client<Results>(std::move(client_options), logger,
            [&](fetch::Client& client) -> boost::asio::awaitable<Result<Results>> {
                plex::EmbyServer server(client, *server_options);
                co_return co_await plex::sync_emby(
                    server, client, std::move(wanted->tuners), options, module);
            });
    }
    if (!results) {
        logger.error("the tuners were not set up", {{"error", results.error()}});
        return ExitCode::failure;
    }
    if (options.dry_run) {
        std::fputs(plan_table(*results).c_str(), stderr);
    }
    std::fputs(
        report_json(*results, server_options->url.redacted(), options.dry_run).c_str(), stdout);
    const bool failed = std::ranges::any_of(*results,
        [](const plex::EmbyResult& result) { return result.action == plex::DvrAction::error; });
    return failed ? ExitCode::failure : ExitCode::success;
}

} // namespace

ExitCode jellyfin_sync_command(const Invocation& invocation) {
    return sync_command(invocation, plex::EmbyKind::jellyfin);
}

ExitCode emby_sync_command(const Invocation& invocation) {
    return sync_command(invocation, plex::EmbyKind::emby);
}

} // namespace plex_tuner::cli
