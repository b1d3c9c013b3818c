// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "lineup_settings.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/engine/guide_channels.hpp>
#include <plex_tuner/epg/link_report.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -xmltv <file or URL>\n        The guide; XMLTV_URL where it is not given.\n"
    "  -aliases <file>\n        Names and guide ids, as -suggest-out writes them; XMLTV_ALIASES "
    "where it is not given.\n"
    "  -oracle-report <file>\n        What Plex made of the channels, by plex-epg-oracle.\n"
    "  -suggest-out <file>\n        Write ids that are likely to be meant, to be looked over and "
    "used as aliases.\n"
    "  -out <file>\n        Write the report as JSON.\n"
    "  -unmatched-out <file>\n        Write the rows of channels without a guide as JSON.\n"
    "  -json\n        Print the report as JSON.\n";

constexpr std::size_t kMaxInputBytes = std::size_t{256} << 20;
/// In a table on a terminal; -json and -out have all.
constexpr std::size_t kMaxUnmatchedShown = 200;

struct Request {
    std::optional<std::string> xmltv;
    std::optional<std::string> aliases;
    std::optional<std::string> oracle;
    std::optional<std::string> suggest_out;
    std::optional<std::string> out;
    std::optional<std::string> unmatched_out;
    bool json = false;
};

Request take_request(std::vector<std::string>& arguments) {
    Request request;
    request.xmltv = take_value(arguments, "xmltv");
    request.aliases = take_value(arguments, "aliases");
    request.oracle = take_value(arguments, "oracle-report");
    request.suggest_out = take_value(arguments, "suggest-out");
    request.out = take_value(arguments, "out");
    request.unmatched_out = take_value(arguments, "unmatched-out");
    request.json = take_switch(arguments, "json");
    return request;
}

Result<engine::Location> guide_location(
    const std::optional<std::string>& given, const config::Config& config) {
    if (!given || given->empty()) {
        const auto sources = config.guide_sources();
        if (sources.empty()) {
            return fail(ErrorCode::invalid_argument,
                "no guide is given; name one with -xmltv <file or URL>, or set "
                "PLEX_TUNER_XMLTV_URL");
        }
        return *sources.front().xmltv;
    }
    if (ascii::istarts_with(*given, "http://") || ascii::istarts_with(*given, "https://")) {
        auto url = Url::parse(*given);
        if (!url) {
            return fail_with(std::move(url), "-xmltv");
        }
        return engine::Location(std::move(*url));
    }
    return engine::Location(std::filesystem::path(*given));
}

/// A file that a flag names, parsed; the empty value where there is no flag.
template <class T, class Parse>
Result<T> read_input(
    const std::optional<std::string>& file, std::string_view flag, const Parse& parse) {
    if (!file) {
        return T();
    }
    const auto context = std::string(flag) + " " + *file;
    auto text = read_file(*file, kMaxInputBytes);
    if (!text) {
        return fail_with(std::move(text), flag);
    }
    Result<T> parsed = parse(*text);
    if (!parsed) {
        return fail_with(std::move(parsed), context);
    }
    return parsed;
}

Result<void> write_output(
    const std::optional<std::string>& file, std::string_view flag, const std::string& text) {
    if (!file) {
        return {};
    }
    auto output = AtomicFile::create(*file);
    Result<void> written = output ? output->write(text) : fail(output.error());
    if (written) {
        written = output->commit();
    }
    return written ? Result<void>() : fail_with(std::move(written), flag);
}

std::string summary(const epg::LinkReport& report) {
    const std::size_t total = report.rows.size();
    std::string text =
        "EPG matches: " + std::to_string(report.matched) + "/" + std::to_string(total) + " (" +
        std::to_string(report.matched * 100 / std::max<std::size_t>(total, 1)) + "%) [";
    for (const auto& [method, count] : report.methods) {
        text +=
            (text.ends_with('[') ? "" : ", ") + std::string(method) + "=" + std::to_string(count);
    }
    return text + "]\n";
}

std::string table(const epg::LinkReport& report, const std::vector<epg::Suggestion>& suggestions) {
    std::string text;
    std::size_t shown = 0;
    for (const epg::LinkRow& row : report.rows) {
        if (row.matched()) {
            continue;
        }
        if (++shown > kMaxUnmatchedShown) {
            text += "and " + std::to_string(report.rows.size() - report.matched - shown + 1) +
                    " more; -json and -unmatched-out have all\n";
            break;
        }
        text += "UNMATCHED #" + std::string(row.channel.guide_number) + " " +
                std::string(row.channel.guide_name) + " tvg-id=" + std::string(row.channel.tvg_id) +
                " norm=" + epg::normalized_name(row.channel.guide_name) +
                " reason=" + row.match.reason;
        for (const epg::Candidate& one : row.match.alternatives) {
            text += (&one == row.match.alternatives.data() ? "; perhaps " : ", ") + one.xmltv_id +
                    " (" + one.reason + ")";
        }
        text += "\n";
    }
    for (const epg::Suggestion& one : suggestions) {
        text += "SUGGEST " + one.guide_name + " -> " + one.xmltv_id + " (" + one.confidence + ")\n";
    }
    return text;
}

/// With the ids, names and numbers that the user's table gives.
std::vector<epg::LinkChannel> link_channels(
    const catalog::Catalog& catalog, const lineup::ChannelTable* table) {
    const auto live = catalog.live_channels();
    const auto row_of = table == nullptr ? std::vector<std::size_t>() : table->match(live).row_of;
    std::vector<epg::LinkChannel> channels;
    channels.reserve(live.size());
    for (std::size_t i = 0; i < live.size(); ++i) {
        epg::LinkChannel& channel = channels.emplace_back(live[i].channel_id, live[i].guide_number,
            live[i].guide_name, live[i].tvg_id, live[i].group_title);
        if (row_of.empty() || row_of[i] == lineup::ChannelTable::kNone) {
            continue;
        }
        const lineup::TableRow& row = table->rows()[row_of[i]];
        channel.guide_number = row.number.empty() ? channel.guide_number : row.number;
        channel.guide_name = row.new_name.empty() ? channel.guide_name : row.new_name;
        channel.tvg_id = row.guide_id.empty() ? channel.tvg_id : row.guide_id;
        channel.has_given_guide_id = !row.guide_id.empty();
    }
    return channels;
}

Result<void> report_links(const Request& request, const Invocation& invocation,
    const config::Config& config, const log::Logger& logger) {
    auto where = guide_location(request.xmltv, config);
    if (!where) {
        return fail(std::move(where).error());
    }
    std::optional<std::string> alias_file = request.aliases;
    if (!alias_file && !config.guide.aliases_file.empty()) {
        alias_file = config.guide.aliases_file.string();
    }
    auto aliases = read_input<epg::Aliases>(alias_file, "-aliases", epg::Aliases::parse);
    if (!aliases) {
        return fail(std::move(aliases).error());
    }
    auto oracle = read_input<std::vector<epg::OracleRow>>(
        request.oracle, "-oracle-report", epg::parse_oracle_report);
    if (!oracle) {
        return fail(std::move(oracle).error());
    }
    const auto catalog = catalog::read_catalog_file(config.catalog.file);
    if (!catalog) {
        return fail(Error(catalog.error()).with_context("catalog; `plex-tuner index` makes one"));
    }
    if (catalog->live_channels().empty()) {
        return fail(ErrorCode::not_found,
            "the catalog " + config.catalog.file.string() + " has no live channels");
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    auto guide = engine::guide_channels_at(
        *where, client_options, make_guide_limits(config, config.guide_source.timeout), logger);
    if (!guide) {
        return fail(std::move(guide).error());
    }
    const auto lineup = make_lineup_options(config);
    if (!lineup) {
        return fail(lineup.error());
    }
    const auto channels = link_channels(*catalog, lineup->pipeline.table().get());
    const epg::Matcher matcher(*guide, *aliases, {.apply_scored = config.guide.match_scored});
    const epg::LinkReport report = epg::link_report(channels, matcher);
    const auto suggestions = epg::suggest(report, matcher, *oracle);
    for (const auto& written : {write_output(request.out, "-out", to_json(report)),
             write_output(request.unmatched_out, "-unmatched-out", unmatched_json(report)),
             write_output(request.suggest_out, "-suggest-out", to_json(suggestions))}) {
        if (!written) {
            return written;
        }
    }
    std::fputs(
        (request.json ? to_json(report)
                      : summary(report) + table(report, request.suggest_out
                                                            ? suggestions
                                                            : std::vector<epg::Suggestion>()))
            .c_str(),
        stdout);
    return {};
}

} // namespace

ExitCode epg_link_report_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const Request request = take_request(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto reported = report_links(request, invocation, config, logger);
    if (!reported) {
        logger.error("no report", {{"error", reported.error()}});
        return reported.error().code() == ErrorCode::invalid_argument ? ExitCode::bad_settings
                                                                      : ExitCode::failure;
    }
    return ExitCode::success;
}

} // namespace plex_tuner::cli
