// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "exit_code.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::cli {

/// What a command line gave, before any setting is read.
struct Invocation {
    std::string subcommand;
    std::vector<std::string> arguments; ///< what follows it
    std::map<std::string, std::string> environment;
    std::string* help = nullptr; ///< takes what -help says; null: standard output does
};

struct Command {
    std::string_view name;
    std::string_view summary; ///< one line of --help
    ExitCode (*run)(const Invocation&);
};

/// The commands that work, in the order of --help.
[[nodiscard]] std::span<const Command> commands();

/// Finds the command and runs it; handles --help, --version, none and unknown.
[[nodiscard]] ExitCode dispatch(const Invocation& invocation);

// One file each.
[[nodiscard]] ExitCode serve_command(const Invocation& invocation); ///< run and serve
[[nodiscard]] ExitCode index_command(const Invocation& invocation);
[[nodiscard]] ExitCode mount_command(const Invocation& invocation);
[[nodiscard]] ExitCode vod_split_command(const Invocation& invocation);
[[nodiscard]] ExitCode vod_backfill_series_command(const Invocation& invocation);
[[nodiscard]] ExitCode doctor_command(const Invocation& invocation);
[[nodiscard]] ExitCode lineup_command(const Invocation& invocation);
[[nodiscard]] ExitCode epg_link_report_command(const Invocation& invocation);
[[nodiscard]] ExitCode guide_health_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_dvr_sync_command(const Invocation& invocation);
[[nodiscard]] ExitCode jellyfin_sync_command(const Invocation& invocation);
[[nodiscard]] ExitCode emby_sync_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_session_drain_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_hidden_grabs_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_epg_oracle_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_epg_oracle_cleanup_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_label_proxy_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_vod_register_command(const Invocation& invocation);
[[nodiscard]] ExitCode supervise_command(const Invocation& invocation);
[[nodiscard]] ExitCode generate_supervisor_config_command(const Invocation& invocation);
[[nodiscard]] ExitCode import_command(const Invocation& invocation);
[[nodiscard]] ExitCode plex_probe_overrides_command(const Invocation& invocation);
[[nodiscard]] ExitCode probe_command(const Invocation& invocation);
[[nodiscard]] ExitCode inspect_command(const Invocation& invocation);
[[nodiscard]] ExitCode config_command(const Invocation& invocation);
[[nodiscard]] ExitCode completion_command(const Invocation& invocation);
[[nodiscard]] ExitCode manual_command(const Invocation& invocation);

} // namespace plex_tuner::cli
