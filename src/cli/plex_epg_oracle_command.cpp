// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_oracle_report.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/plex/oracle.hpp>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <utility>

namespace plex_tuner::cli {

namespace {

constexpr unsigned kOwnerOnly = 0600;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -base-urls value\n        Base URLs of the tuners as Plex reaches them, separated by "
    "commas.\n"
    "  -base-url-template URL\n        A base URL with {cap} in it, for each of -caps.\n"
    "  -caps value\n        What to put there, separated by commas, such as 100,200,479.\n"
    "  -reload-guide=false\n        Read the channel maps that are there; load no guide.\n"
    "  -activate\n        Also map the channels of the DVRs that are made.\n"
    "  -out FILE\n        Write the result there too, for epg-link-report -oracle-report.\n";

constexpr const char* kCleanupSwitches =
    "\nOf this command alone:\n"
    "  -lineup-prefix TEXT\n        DVRs of plex-epg-oracle whose name begins with it; default "
    "oracle-.\n"
    "  -device-uri-substr TEXT\n        DVRs of plex-epg-oracle with a tuner whose address has "
    "it.\n"
    "  -do\n        Delete them; without it they are listed.\n";

struct Switches {
    std::string base_urls;
    std::optional<std::string> url_template;
    std::string caps;
    std::optional<std::string> out;
    plex::OracleOptions options;
    std::string problem; ///< set: a flag is wrong
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    switches.base_urls = take_value(arguments, "base-urls").value_or("");
    switches.url_template = take_value(arguments, "base-url-template");
    switches.caps = take_value(arguments, "caps").value_or("");
    switches.out = take_value(arguments, "out");
    switches.options.reload_guide =
        take_on_or_off(arguments, "reload-guide", true, switches.problem);
    switches.options.activate = take_on_or_off(arguments, "activate", false, switches.problem);
    return switches;
}

Result<std::vector<std::string>> read_targets(const Switches& switches) {
    std::vector<std::string> urls;
    std::string_view rest = switches.base_urls;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        if (const auto url = ascii::trim(rest.substr(0, comma)); !url.empty()) {
            urls.emplace_back(url);
        }
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (switches.url_template) {
        auto more = plex::oracle_urls(*switches.url_template, switches.caps);
        if (!more) {
            return more;
        }
        std::ranges::move(*more, std::back_inserter(urls));
    }
    if (urls.empty()) {
        return fail(ErrorCode::invalid_argument,
            "no tuner is named; give -base-urls, or -base-url-template and -caps");
    }
    for (const std::string& text : urls) {
        const auto url = Url::parse(text);
        if (!url || !url->is_http() || !url->query().empty()) {
            return fail(ErrorCode::invalid_argument,
                "a base URL is no http URL without query: " + (url ? url->redacted() : "") +
                    "; it is what the tuner's PLEX_TUNER_BASE_URL says");
        }
    }
    return urls;
}

} // namespace

ExitCode plex_epg_oracle_command(const Invocation& invocation) {
    Invocation rest = invocation;
    Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto refuse = [&](const std::string& why) {
        logger.error("Plex was not asked", {{"error", why}});
        return ExitCode::failure;
    };
    if (!switches.problem.empty()) {
        return refuse(switches.problem);
    }
    const auto targets = read_targets(switches);
    if (!targets) {
        return refuse(targets.error().message());
    }
    const auto server_options = make_server_options(config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    switches.options.guide_wait = config.plex.guide_wait;
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto results = with_plex<std::vector<plex::OracleResult>>(*server_options,
        std::move(client_options), logger, [&](plex::Server& server, fetch::Client& client) {
            return plex::ask_oracle(
                server, client, *targets, switches.options, logger.module("plex"));
        });
    if (!results) {
        return refuse(results.error().message());
    }
    const std::string text = oracle_report_json(*results, server_options->url.redacted());
    std::fputs(text.c_str(), stdout);
    if (switches.out) {
        auto file = AtomicFile::create(*switches.out, kOwnerOnly);
        Result<void> written = file ? file->write(text) : fail(file.error());
        if (written) {
            written = file->commit();
        }
        if (!written) {
            logger.error("the result was not written", {{"error", written.error()}});
            return ExitCode::failure;
        }
    }
    const bool failed = std::ranges::any_of(
        *results, [](const plex::OracleResult& result) { return !result.error.empty(); });
    return failed ? ExitCode::failure : ExitCode::success;
}

ExitCode plex_epg_oracle_cleanup_command(const Invocation& invocation) {
    Invocation rest = invocation;
    plex::OracleCleanupOptions options;
    options.lineup_prefix =
        take_value(rest.arguments, "lineup-prefix").value_or(options.lineup_prefix);
    options.device_uri_substring = take_value(rest.arguments, "device-uri-substr").value_or("");
    options.dry_run = !take_switch(rest.arguments, "do");
    const Beginning begun = begin_command(rest, kCleanupSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    const auto server_options = make_server_options(begun.loaded.config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    fetch::ClientOptions client_options = make_client_options(begun.loaded.config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto report = with_plex<plex::OracleCleanupReport>(*server_options,
        std::move(client_options), logger, [&](plex::Server& server, fetch::Client& /*client*/) {
            return plex::clean_up_oracle(server, options, logger.module("plex"));
        });
    if (!report) {
        logger.error("nothing was deleted", {{"error", report.error()}});
        return ExitCode::failure;
    }
    std::fputs(
        oracle_cleanup_json(*report, server_options->url.redacted(), options).c_str(), stdout);
    if (options.dry_run && report->deleted_dvrs > 0) {
        logger.info("nothing was deleted; -do deletes them", {{"dvrs", report->deleted_dvrs}});
    }
    const bool failed = !report->device_errors.empty() ||
                        std::ranges::any_of(report->rows,
                            [](const plex::OracleCleanupRow& row) { return row.failed; });
    return failed ? ExitCode::failure : ExitCode::success;
}

} // namespace plex_tuner::cli
