// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings.hpp"

#include "version.hpp"

#include <plex_tuner/log/stderr_sink.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <unistd.h>

namespace plex_tuner::cli {

config::Loaded load_settings(const Invocation& invocation) {
    config::Inputs inputs;
    inputs.arguments = invocation.arguments;
    inputs.subcommand = invocation.subcommand;
    inputs.environment = invocation.environment;
    inputs.version = version_number();
    inputs.runs_as_root = ::geteuid() == 0;
    return config::load(inputs);
}

Beginning begin_command(const Invocation& invocation, std::string_view switches) {
    Beginning begun{.exit = std::nullopt, .loaded = load_settings(invocation), .logger = {}};
    const config::Loaded& loaded = begun.loaded;
    if (loaded.help_requested) {
        print_help(invocation, command_help(invocation.subcommand) + std::string(switches));
        begun.exit = ExitCode::success;
        return begun;
    }
    if (!loaded.problems.empty()) {
        print_problems(loaded);
        begun.exit = ExitCode::bad_settings;
        return begun;
    }
    const config::Config& config = loaded.config;
    begun.logger = log::Logger(
        log::make_stderr_sink({config.log.level, config.log.format, config.secrets()}), "cli");
    for (const std::string& warning : loaded.warnings) {
        begun.logger.warn(warning);
    }
    return begun;
}

void print_help(const Invocation& invocation, std::string text) {
    if (invocation.help != nullptr) {
        *invocation.help = std::move(text);
    } else {
        std::fputs(text.c_str(), stdout);
    }
}

bool has_http_proxy(const Invocation& invocation) {
    return std::ranges::any_of(std::array{"http_proxy", "all_proxy", "ALL_PROXY"},
        [&](const char* name) { return invocation.environment.contains(name); });
}

void print_problems(const config::Loaded& loaded) {
    for (const std::string& problem : loaded.problems) {
        std::fprintf(stderr, "plex-tuner: %s\n", problem.c_str());
    }
}

std::string help_start(std::string_view subcommand, std::string_view arguments) {
    const auto all = commands();
    const auto found = std::ranges::find(all, subcommand, &Command::name);
    std::string text =
        "Usage: plex-tuner " + std::string(subcommand) + " " + std::string(arguments) + "\n\n";
    if (found != all.end()) {
        text += std::string(found->summary) + "\n\n";
    }
    return text;
}

bool asks_for_help(const Invocation& invocation) {
    return std::ranges::any_of(invocation.arguments, [](const std::string& argument) {
        return argument == "-h" || argument == "-help" || argument == "--help";
    });
}

std::string command_help(std::string_view subcommand) {
    return help_start(subcommand, "[flags]") +
           "Flags (-name value, -name=value and --name alike):\n" + config::flags_help(subcommand) +
           "\nEvery flag has a PLEX_TUNER_ variable, read from the environment or from .env in the "
           "working\n"
           "directory; docs/reference/configuration.md lists them all. A flag wins over the "
           "environment,\n"
           "the environment over .env.\n";
}

} // namespace plex_tuner::cli
