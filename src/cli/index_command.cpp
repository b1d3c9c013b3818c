// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "progress_printer.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/index_run.hpp>

#include <array>
#include <cstdio>

#include <unistd.h>

namespace plex_tuner::cli {

namespace {

using provider::RecordKind;

constexpr std::array kKinds{RecordKind::channel, RecordKind::film, RecordKind::series};

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -dry-run\n        Print what would change, and write nothing.\n"
    "  -accept-shrink\n        Take the new catalog however much it loses; see MAX_SHRINK.\n"
    "  -json\n        Print the result as a JSON object.\n";

std::string text_of(const engine::IndexReport& report, bool dry_run) {
    std::string text;
    if (report.unchanged) {
        text += "nothing has changed\n";
    }
    for (const RecordKind kind : kKinds) {
        const provider::KindDifference& change = report.change.of(kind);
        if (change.any()) {
            text += std::string(plural_of(kind)) + ": " + std::to_string(change.added) +
                    " added, " + std::to_string(change.removed) + " removed, " +
                    std::to_string(change.renamed) + " renamed, " + std::to_string(change.moved) +
                    " moved\n";
        }
    }
    if (dry_run) {
        return text + (report.unchanged || report.change.any() ? "" : "no change\n") +
               "dry run: nothing was written\n";
    }
    if (report.held_back.empty()) {
        text += "catalog: " + std::to_string(report.channels) + " channels (" +
                std::to_string(report.channels_with_guide_id) + " with a guide id, " +
                std::to_string(report.channels_with_backups) + " with backups), " +
                std::to_string(report.films) + " films, " + std::to_string(report.series) +
                " series, " + std::to_string(report.episodes) + " episodes\n";
    }
    if (report.series_left > 0) {
        text += "episodes of " + std::to_string(report.series_left) +
                " series are still to be fetched; run it again to go on\n";
    }
    return text;
}

std::string json_of(const engine::IndexReport& report, bool dry_run) {
    const auto number = [](const char* name, std::size_t value) {
        return "\"" + std::string(name) + "\":" + std::to_string(value);
    };
    const auto boolean = [](const char* name, bool value) {
        return "\"" + std::string(name) + "\":" + (value ? "true" : "false");
    };
    std::string text =
        "{" + boolean("dry_run", dry_run) + "," + boolean("unchanged", report.unchanged) + "," +
        boolean("complete", report.complete) +
        ",\"held_back\":" + (report.held_back.empty() ? "null" : json_quoted(report.held_back)) +
        "," + number("channels", report.channels) + "," +
        number("channels_with_guide_id", report.channels_with_guide_id) + "," +
        number("channels_with_backups", report.channels_with_backups) + "," +
        number("films", report.films) + "," + number("series", report.series) + "," +
        number("episodes", report.episodes) + "," +
        number("series_fetched", report.series_fetched) + "," +
        number("series_failed", report.series_failed) + "," +
        number("series_left", report.series_left) + ",\"change\":{";
    for (const RecordKind kind : kKinds) {
        const provider::KindDifference& change = report.change.of(kind);
        text += (kind == RecordKind::channel ? "\"" : ",\"") + std::string(plural_of(kind)) +
                "\":{" + number("before", change.before) + "," + number("after", change.after) +
                "," + number("added", change.added) + "," + number("removed", change.removed) +
                "," + number("renamed", change.renamed) + "," + number("moved", change.moved) + "}";
    }
    return text + "}}\n";
}

} // namespace

ExitCode index_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool json = take_switch(rest.arguments, "json");
    engine::IndexRequest request;
    request.dry_run = take_switch(rest.arguments, "dry-run");
    request.accept_shrink = take_switch(rest.arguments, "accept-shrink");
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    auto options = make_index_options(config, logger);
    if (!options) {
        logger.error("cannot start", {{"error", options.error()}});
        return ExitCode::bad_settings;
    }
    if (options->accounts.empty()) {
        logger.error(
            "no provider is configured; set PLEX_TUNER_M3U_URL, or PLEX_TUNER_PROVIDER_URL, "
            "_USER and _PASS");
        return ExitCode::failure;
    }
    ProgressPrinter printer(::isatty(STDERR_FILENO) == 1);
    if (!json) {
        request.progress = [&](const engine::IndexProgress& progress) {
            printer.show(progress);
        };
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto report = engine::run_index(*options, client_options, request, logger);
    printer.clear();
    if (!report) {
        logger.error("index failed, the catalog that was there stays", {{"error", report.error()}});
        return ExitCode::failure;
    }
    std::fputs(
        (json ? json_of(*report, request.dry_run) : text_of(*report, request.dry_run)).c_str(),
        stdout);
    if (!report->held_back.empty()) {
        logger.error("held back, the catalog that was there stays; if it is right, accept it with: "
                     "plex-tuner index -accept-shrink",
            {{"reason", report->held_back}, {"max_percent", options->max_shrink}});
        return request.dry_run ? ExitCode::success : ExitCode::failure;
    }
    if (!report->complete) {
        logger.error("not every list could be had; what was good last stands in for the others");
        return ExitCode::failure;
    }
    return ExitCode::success;
}

} // namespace plex_tuner::cli
