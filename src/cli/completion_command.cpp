// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "completion_script.hpp"
#include "settings.hpp"

#include <cstdio>

namespace plex_tuner::cli {

ExitCode completion_command(const Invocation& invocation) {
    if (asks_for_help(invocation)) {
        print_help(invocation, help_start(invocation.subcommand, "bash|zsh|fish") +
                                   "For this shell alone: source <(plex-tuner completion bash)\n");
        return ExitCode::success;
    }
    const auto script = invocation.arguments.size() == 1
                            ? completion_script(invocation.arguments.front(), command_guides())
                            : std::nullopt;
    if (!script) {
        std::fputs("plex-tuner: completion needs the name of a shell: bash, zsh or fish\n", stderr);
        return ExitCode::bad_settings;
    }
    std::fputs(script->c_str(), stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
