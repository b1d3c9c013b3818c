// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "lineup_settings.hpp"
#include "override_files.hpp"
#include "override_report.hpp"
#include "probe_request.hpp"
#include "progress_printer.hpp"
#include "service_options.hpp"
#include "settings.hpp"
#include "switches.hpp"
#include "transcode_options.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/lineup_preview.hpp>
#include <plex_tuner/engine/lineup_probe.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>

#include <unistd.h>

namespace plex_tuner::cli {

namespace {

using std::chrono::milliseconds;

Result<std::vector<engine::ProbedChannel>> document_channels(const ProbeRequest& request,
    const engine::IndexOptions& index, const fetch::ClientOptions& client,
    const log::Logger& logger) {
    engine::LineupDocument document{.location = std::filesystem::path(),
        .base = request.base,
        .replaced_prefixes = request.prefixes};
    const std::string text =
        request.lineup.value_or(request.base ? request.base->origin() + "/lineup.json" : "");
    if (text.find("://") == std::string::npos) {
        document.location = std::filesystem::path(text);
    } else {
        auto url = Url::parse(text);
        if (!url) {
            return fail_with(std::move(url), "-lineup-json");
        }
        document.location = std::move(*url);
    }
    return engine::read_lineup_document(document, index, client, logger);
}

/// Those of the lineup that the configuration gives.
Result<std::vector<engine::ProbedChannel>> configured_channels(const config::Config& config) {
    auto options = make_lineup_options(config);
    if (!options) {
        return fail(std::move(options).error());
    }
    const auto preview = engine::preview_lineup(config.catalog.file,
        engine::number_book_file(*options, lineup_name(config), config.catalog.state_directory,
            config.catalog.shared_directory),
        *options);
    if (!preview) {
        return fail(Error(preview.error())
                .with_context("no lineup (`plex-tuner index` makes a catalog, -lineup-json names "
                              "another lineup)"));
    }
    return engine::channels_of(*preview->lineup);
}

/// Leaves those that are asked for; says which of them are not there.
std::string choose(std::vector<engine::ProbedChannel>& channels, const ProbeRequest& request) {
    std::string missing;
    if (!request.channels.empty()) {
        const auto is = [](const engine::ProbedChannel& channel, const std::string& wanted) {
            return channel.channel_id == wanted || channel.guide_number == wanted ||
                   channel.tvg_id == wanted;
        };
        for (const std::string& wanted : request.channels) {
            if (std::ranges::none_of(
                    channels, [&](const auto& channel) { return is(channel, wanted); })) {
                missing += (missing.empty() ? "" : ", ") + wanted;
            }
        }
        std::erase_if(channels, [&](const engine::ProbedChannel& channel) {
            return std::ranges::none_of(
                request.channels, [&](const auto& wanted) { return is(channel, wanted); });
        });
    }
    if (request.limit > 0 && channels.size() > request.limit) {
        channels.erase(channels.begin() + request.limit, channels.end());
    }
    return missing;
}

OverrideFiles files_of(const ProbeRequest& request, const config::Config& config) {
    OverrideFiles files;
    files.profiles = request.profiles ? std::filesystem::path(*request.profiles)
                                      : config.stream.profile_overrides;
    if (!request.leaves_transcode) {
        files.transcode = request.transcode ? std::filesystem::path(*request.transcode)
                                            : config.stream.transcode_overrides;
    }
    if (!files.profiles.empty() || !files.transcode.empty()) {
        files.record = request.record ? std::filesystem::path(*request.record)
                                      : config.catalog.state_directory / "probe-overrides.json";
    }
    return files;
}

/// Empty: it is one, or none is asked for.
std::string problem_of_sound_profile(const ProbeRequest& request, const config::Config& config) {
    if (request.sound_profile.empty()) {
        return {};
    }
    TranscodeOptions options = make_transcode_options(config.stream);
    const gateway::TranscodePolicy policy(std::move(options.settings), {});
    if (policy.find_profile(request.sound_profile) != nullptr) {
        return {};
    }
    std::string problem = "flag -sound-profile: there is no profile \"" + request.sound_profile +
                          "\", neither built in nor in PLEX_TUNER_PROFILES_FILE";
    for (const std::string& other : options.problems) {
        problem += "; " + other;
    }
    return problem;
}

engine::LineupProbeOptions probing_of(const ProbeRequest& request, const config::Config& config) {
    engine::LineupProbeOptions probing;
    probing.timeout = std::chrono::seconds(request.timeout);
    probing.pause = milliseconds(request.pause);
    probing.concurrency = request.concurrency;
    probing.inspection.limit = std::chrono::seconds(request.seconds);
    probing.inspection.until_format_is_known = true;
    probing.inspection.limits = make_limits(config.fetch);
    probing.inspection.credentials = stream_credentials(config);
    probing.inspection.multicast_interface = config.stream.multicast_interface;
    return probing;
}

std::vector<ProbedLine> judge(const std::vector<engine::ProbedChannel>& channels,
    const engine::LineupProbe& probe, const ProbeRequest& request) {
    const gateway::AdviceOptions rules{
        .bit_rate_threshold = request.threshold, .sound_profile = request.sound_profile};
    std::vector<ProbedLine> lines;
    for (std::size_t i = 0; i < channels.size(); ++i) {
        ProbedLine& line = lines.emplace_back();
        line.channel = &channels[i];
        line.probe = &probe.channels[i];
        for (const std::string* key :
            {&channels[i].channel_id, &channels[i].guide_number, &channels[i].tvg_id}) {
            line.key = line.key.empty() ? *key : line.key;
        }
        if (line.probe->facts) {
            line.advice = gateway::advise(*line.probe->facts, rules);
        }
    }
    return lines;
}

std::vector<gateway::ProbeVerdict> verdicts_of(const std::vector<ProbedLine>& lines) {
    std::vector<gateway::ProbeVerdict> verdicts;
    for (const ProbedLine& line : lines) {
        if (line.probe->facts && !line.key.empty()) {
            const engine::ProbedChannel& channel = *line.channel;
            verdicts.push_back({.keys = {channel.channel_id, channel.guide_number, channel.tvg_id},
                .key = line.key,
                .name = channel.name,
                .profile = line.advice.profile,
                .reasons = reasons_text(line.advice),
                .is_partial =
                    !line.probe->is_complete() || !gateway::is_whole(*line.probe->facts)});
        }
    }
    return verdicts;
}

/// What stays of somebody's own entries.
void tell_kept(std::vector<ProbedLine>& lines, const gateway::OverrideUpdate& update) {
    for (ProbedLine& line : lines) {
        const auto kept = update.kept.find(line.key);
        if (!line.probe->facts || kept == update.kept.end()) {
            continue;
        }
        line.kept = kept->second;
        const engine::ProbedChannel& channel = *line.channel;
        for (const std::string* key :
            {&channel.channel_id, &channel.guide_number, &channel.tvg_id}) {
            const auto entry = update.overrides.transcode.find(*key);
            if (entry != update.overrides.transcode.end()) {
                line.is_left = !entry->second;
                break; // the first counts
            }
        }
    }
}

std::string written_text(const std::vector<std::filesystem::path>& written, bool has_files) {
    if (!has_files) {
        return "nothing is written; name a file with -emit-profile-overrides and "
               "-emit-transcode-overrides\n";
    }
    std::string text;
    for (const std::filesystem::path& file : written) {
        text += "wrote " + file.string() + "\n";
    }
    return text.empty() ? "the files say so already\n"
                        : text + "a tuner that runs takes them over at its next refresh, or on "
                                 "SIGHUP\n";
}

std::string written_json(const std::vector<std::filesystem::path>& written) {
    std::string text;
    for (const std::filesystem::path& file : written) {
        text += (text.empty() ? "" : ",") + json_quoted(file.string());
    }
    return R"(,"written":[)" + text + "]}\n";
}

} // namespace

ExitCode plex_probe_overrides_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const ProbeRequest request = take_probe_request(rest);
    const bool has_ffprobe = take_value(rest.arguments, "ffprobe").has_value();
    const Beginning begun = begin_command(rest, probe_switches());
    if (begun.exit) {
        return *begun.exit;
    }
    if (!request.problem.empty()) {
        std::fprintf(stderr, "plex-tuner: %s\n", request.problem.c_str());
        return ExitCode::bad_settings;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    if (has_ffprobe) {
        logger.info("flag -ffprobe is of no use: streams are looked at by this program itself");
    }
    if (const std::string problem = problem_of_sound_profile(request, config); !problem.empty()) {
        std::fprintf(stderr, "plex-tuner: %s\n", problem.c_str());
        return ExitCode::bad_settings;
    }
    const OverrideFiles files = files_of(request, config);
    if (has_same_file_twice(files)) {
        std::fputs("plex-tuner: profiles, what is transcoded and the record of probes would be "
                   "written to the same file; name one for each with -emit-profile-overrides, "
                   "-emit-transcode-overrides and -record\n",
            stderr);
        return ExitCode::bad_settings;
    }
    if (const auto before = read_override_files(files); !before) {
        logger.error("a file of overrides is wrong, so nothing was probed; repair or remove it",
            {{"error", before.error()}});
        return ExitCode::failure;
    }
    auto index = make_index_options(config, logger);
    if (!index) {
        logger.error("cannot start", {{"error", index.error()}});
        return ExitCode::bad_settings;
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    auto channels = request.lineup || request.base
                        ? document_channels(request, *index, client_options, logger)
                        : configured_channels(config);
    if (!channels) {
        logger.error("no channels to probe", {{"error", channels.error()}});
        return ExitCode::failure;
    }
    if (const std::string missing = choose(*channels, request); !missing.empty()) {
        logger.error(
            "no channel of the lineup has this id, number or guide id", {{"channel", missing}});
        return ExitCode::bad_settings;
    }
    engine::LineupProbeOptions probing = probing_of(request, config);
    ProgressPrinter printer(::isatty(STDERR_FILENO) == 1);
    probing.progress = [&](std::size_t done) {
        printer.show({.phase = "probing channels", .done = done, .total = channels->size()});
    };
    const auto probe = engine::probe_lineup(*channels, probing, *index, client_options, logger);
    printer.clear();
    if (!probe) {
        logger.error("cannot start", {{"error", probe.error()}});
        return ExitCode::failure;
    }
    std::vector<ProbedLine> lines = judge(*channels, *probe, request);
    const auto writing = update_override_files(files, verdicts_of(lines), request.replaces);
    if (!writing) {
        const std::string text = request.as_json
                                     ? "{" + override_report_json(lines) + written_json({})
                                     : override_report_text(lines);
        std::fputs(text.c_str(), stdout);
        logger.error("overrides not written", {{"error", writing.error()}});
        return ExitCode::failure;
    }
    tell_kept(lines, writing->update);
    const std::string text =
        request.as_json
            ? "{" + override_report_json(lines) + written_json(writing->written)
            : override_report_text(lines) + written_text(writing->written, !files.record.empty());
    std::fputs(text.c_str(), stdout);
    if (probe->is_interrupted) {
        return ExitCode::interrupted;
    }
    const bool is_complete = std::ranges::all_of(
        lines, [](const ProbedLine& line) { return line.probe->is_complete(); });
    return is_complete ? ExitCode::success : ExitCode::not_all_probed;
}

} // namespace plex_tuner::cli
