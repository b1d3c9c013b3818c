// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"

#include "version.hpp"

#include <plex_tuner/config/nearest.hpp>
#include <plex_tuner/media/worker.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace plex_tuner::cli {

namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"run", "fetch playlist and guide, then serve the tuner; the usual way to start it",
        serve_command},
    {"serve", "the same as a daemon: serves the catalog on disk where no provider is configured",
        serve_command},
    {"supervise", "run several tuners as one: start, watch and restart them, and tell about them",
        supervise_command},
    {"generate-supervisor-config",
        "write a configuration for supervise: a tuner in the network and one for each category",
        generate_supervisor_config_command},
    {"import",
        "take over playlists, guides and channel numbers of xTeVe, Threadfin and the ancestor",
        import_command},
    {"index", "fetch what the providers have and write the catalog, films and series included",
        index_command},
    {"mount", "show films and series of the catalog as files, for a media server's libraries",
        mount_command},
    {"vod-split", "divide films and series of the catalog into lanes, a catalog each to mount",
        vod_split_command},
    {"vod-backfill-series", "fetch the episodes that series of the catalog still lack",
        vod_backfill_series_command},
    {"doctor",
        "what keeps films from being seen (`doctor vodfs`), the tuner from being found (`doctor "
        "discovery`), Plex from using it (`doctor plex`)",
        doctor_command},
    {"plex-dvr-sync", "set the tuners up in Plex: DVRs, their addresses, guides and channel maps",
        plex_dvr_sync_command},
    {"jellyfin-sync", "set the tuners up in Jellyfin, with their guides", jellyfin_sync_command},
    {"emby-sync", "the same in Emby", emby_sync_command},
    {"plex-vod-register", "make libraries in Plex for the films and series that are mounted",
        plex_vod_register_command},
    {"plex-session-drain", "end Live TV in Plex: all of it, or what nobody watches any more",
        plex_session_drain_command},
    {"plex-hidden-grabs", "find tuners that Plex holds and nothing uses, and release them",
        plex_hidden_grabs_command},
    {"plex-epg-oracle", "have Plex match guides to channels, on DVRs that are made for it alone",
        plex_epg_oracle_command},
    {"plex-epg-oracle-cleanup", "delete the DVRs that plex-epg-oracle made",
        plex_epg_oracle_cleanup_command},
    {"plex-label-proxy",
        "stand in front of Plex, and give each source of Live TV the name of its DVR",
        plex_label_proxy_command},
    {"plex-probe-overrides",
        "look into each channel, and write which ones Plex is to get transcoded, and into what",
        plex_probe_overrides_command},
    {"probe", "ask every host of the configured accounts how it is", probe_command},
    {"lineup", "print the channels that the configuration gives, and say why", lineup_command},
    {"epg-link-report", "say how channels find their guide, and suggest ids for those that do not",
        epg_link_report_command},
    {"guide-health", "print what the guide of the running tuner has for each channel",
        guide_health_command},
    {"inspect", "say what is in a stream and what is wrong with it: a URL, a file, or - for stdin",
        inspect_command},
    {"config", "print the effective configuration, with where each value comes from",
        config_command},
    {"completion",
        "print what a shell completes command lines with (`completion bash`, `completion zsh`, "
        "`completion fish`)",
        completion_command},
    {"manual", "print the manual page, for man -l or man1/plex-tuner.1", manual_command},
});

constexpr std::size_t kNameColumn = 28;

std::string usage() {
    std::string text = "Usage: plex-tuner <command> [flags]\n\n"
                       "Turns IPTV playlists into an HDHomeRun tuner with a guide.\n\nCommands:\n";
    for (const Command& command : kCommands) {
        text += "  ";
        text += command.name;
        text.append(kNameColumn - command.name.size(), ' ');
        text += command.summary;
        text += '\n';
    }
    return text + "\n`plex-tuner <command> -help` lists its flags; `plex-tuner --version` says "
                  "what this is.\n"
                  "With nothing configured, `plex-tuner run` serves a demo provider of its own.\n";
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

/// "plex-tuner srve" should not end in a riddle.
std::string nearest_command(std::string_view text) {
    std::array<std::string_view, kCommands.size()> names;
    std::ranges::transform(kCommands, names.begin(), &Command::name);
    const auto name = config::nearest(text, names);
    return name ? "; did you mean '" + std::string(*name) + "'?" : std::string();
}

} // namespace

std::span<const Command> commands() {
    return kCommands;
}

ExitCode dispatch(const Invocation& invocation) {
    const std::string& name = invocation.subcommand;
    if (name.empty()) {
        std::fputs(usage().c_str(), stderr);
        return ExitCode::failure;
    }
    if (is_one_of(name, {"-h", "-help", "--help", "help"})) {
        std::fputs(usage().c_str(), stdout);
        return ExitCode::success;
    }
    if (is_one_of(name, {"-version", "--version", "version"})) {
        std::fputs(version_text().c_str(), stdout);
        return ExitCode::success;
    }
    // Not for users, so not in the table: this program starts itself that way.
    if (name == "remux-worker") {
        return media::run_worker() == 0 ? ExitCode::success : ExitCode::failure;
    }
    if (name == "transcode-worker") {
        return media::run_transcode_worker() == 0 ? ExitCode::success : ExitCode::failure;
    }
    const auto found = std::ranges::find(kCommands, name, &Command::name);
    if (found == kCommands.end()) {
        std::fprintf(stderr, "plex-tuner: unknown command '%s'%s\n\n%s", name.c_str(),
            nearest_command(name).c_str(), usage().c_str());
        return ExitCode::failure;
    }
    return found->run(invocation);
}

} // namespace plex_tuner::cli
