// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/text_table.hpp>
#include <plex_tuner/plex/hidden_grabs.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::cli {

namespace {

constexpr int kMostSeconds = 600;
constexpr int kUsualSeconds = 20;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -confirm-seconds N\n        What looks hidden is looked at again after so long, 0 to 600; "
    "default 20.\n"
    "  -release\n        Have Plex let go of what is hidden; not while anybody watches.\n"
    "  -json\n        Print the result as a JSON object.\n"
    "Exit code: 0 none, 3 there are some but somebody watches, so nothing is advised or done, 4 "
    "there are\nsome, 1 it cannot be told.\n";

using Outcome = plex::GrabOutcome;

std::string advice(const Outcome& outcome, bool release) {
    const plex::GrabReport& report = outcome.report;
    if (report.hidden() == 0) {
        return "Plex holds no tuner that nothing uses.";
    }
    if (report.sessions > 0) {
        return "Somebody watches (" + std::to_string(report.sessions) +
               " session(s)); nothing is done. Look again when nobody does.";
    }
    if (!release) {
        return "Nobody watches: `plex-tuner plex-hidden-grabs -release` has Plex let go of them. "
               "Should they come back, restart Plex while nobody watches, and not more than once "
               "an hour.";
    }
    return outcome.errors.empty()
               ? "Plex let go of " + std::to_string(outcome.released.size()) + "."
               : "Plex does not let go; restart it while nobody watches.";
}

std::string json_of(const Outcome& outcome, bool release) {
    std::string text = "{\"sessions\":" + std::to_string(outcome.report.sessions) +
                       ",\"hidden\":" + std::to_string(outcome.report.hidden()) + ",\"grabs\":[";
    const char* separator = "";
    for (const plex::FoundGrab& found : outcome.report.grabs) {
        text += separator;
        text += "{\"id\":" + json_quoted(found.grab.id) +
                ",\"channel\":" + json_quoted(found.grab.channel) +
                ",\"title\":" + json_quoted(found.grab.title) +
                ",\"status\":" + json_quoted(found.grab.status) +
                ",\"state\":" + json_quoted(to_string(found.state)) + "}";
        separator = ",";
    }
    const auto list = [](const std::vector<std::string>& words) {
        std::string out = "[";
        for (const std::string& word : words) {
            out += (out.size() > 1 ? "," : "") + json_quoted(word);
        }
        return out + "]";
    };
    return text + "],\"released\":" + list(outcome.released) +
           ",\"errors\":" + list(outcome.errors) +
           ",\"advice\":" + json_quoted(advice(outcome, release)) + "}\n";
}

std::string text_of(const Outcome& outcome, bool release) {
    std::string text;
    if (!outcome.report.grabs.empty()) {
        std::vector<std::vector<std::string>> rows{{"GRAB", "CHANNEL", "STATE", "STATUS", "TITLE"}};
        for (const plex::FoundGrab& found : outcome.report.grabs) {
            rows.push_back({found.grab.id, found.grab.channel.empty() ? "-" : found.grab.channel,
                std::string(to_string(found.state)), found.grab.status, found.grab.title});
        }
        text = text_table(rows);
    }
    return text + advice(outcome, release) + "\n";
}

} // namespace

ExitCode plex_hidden_grabs_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool json = take_switch(rest.arguments, "json");
    const bool release = take_switch(rest.arguments, "release");
    const auto confirm = take_value(rest.arguments, "confirm-seconds");
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto seconds = confirm ? ascii::parse_integer<int>(*confirm) : kUsualSeconds;
    if (!seconds || *seconds < 0 || *seconds > kMostSeconds) {
        logger.error("-confirm-seconds takes a number from 0 to 600", {{"value", *confirm}});
        return ExitCode::bad_settings;
    }
    const auto server_options = make_server_options(config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto outcome = with_plex<Outcome>(*server_options, std::move(client_options), logger,
        [&](plex::Server& server, fetch::Client& client) {
            return plex::recover_grabs(server, client, std::chrono::seconds(*seconds), release);
        });
    if (!outcome) {
        logger.error("it cannot be told which tuners Plex holds; nothing is done",
            {{"error", outcome.error()}});
        return ExitCode::failure;
    }
    std::fputs((json ? json_of(*outcome, release) : text_of(*outcome, release)).c_str(), stdout);
    for (const std::string& error : outcome->errors) {
        logger.error("a tuner was not released", {{"grab", error}});
    }
    if (outcome->report.hidden() == 0) {
        return ExitCode::success;
    }
    if (outcome->report.sessions > 0) {
        return ExitCode::refused;
    }
    if (!release) {
        return ExitCode::found;
    }
    return outcome->errors.empty() ? ExitCode::success : ExitCode::failure;
}

} // namespace plex_tuner::cli
