// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "settings.hpp"
#include "transcode_options.hpp"

#include <cstdio>

namespace plex_tuner::cli {

ExitCode config_command(const Invocation& invocation) {
    const config::Loaded loaded = load_settings(invocation);
    if (loaded.help_requested) {
        print_help(invocation, command_help(invocation.subcommand));
        return ExitCode::success;
    }
    for (const std::string& warning : loaded.warnings) {
        std::fprintf(stderr, "plex-tuner: warning: %s\n", warning.c_str());
    }
    for (const std::string& problem : transcode_problems(loaded.config.stream)) {
        std::fprintf(stderr, "plex-tuner: warning: %s\n", problem.c_str());
    }
    print_problems(loaded);
    std::fputs(config::dump(loaded).c_str(), stdout);
    return loaded.problems.empty() ? ExitCode::success : ExitCode::bad_settings;
}

} // namespace plex_tuner::cli
