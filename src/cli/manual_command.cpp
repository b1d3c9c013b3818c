// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "manual_page.hpp"
#include "settings.hpp"
#include "version.hpp"

#include <cstdio>

namespace plex_tuner::cli {

ExitCode manual_command(const Invocation& invocation) {
    if (asks_for_help(invocation)) {
        print_help(invocation,
            help_start(invocation.subcommand, "") + "To read it: plex-tuner manual | man -l -\n");
        return ExitCode::success;
    }
    if (!invocation.arguments.empty()) {
        std::fprintf(stderr, "plex-tuner: manual takes nothing, so not '%s' either\n",
            invocation.arguments.front().c_str());
        return ExitCode::bad_settings;
    }
    const std::string page =
        manual_page(command_guides(), config::setting_help(), version_number());
    std::fputs(page.c_str(), stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
