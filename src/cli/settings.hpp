// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands.hpp"

#include <plex_tuner/config/loader.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::cli {

/// The settings of an invocation: flags, environment and .env of the working directory.
[[nodiscard]] config::Loaded load_settings(const Invocation& invocation);

/// How each command begins.
struct Beginning {
    std::optional<ExitCode> exit; ///< set: help was asked for, or a setting is wrong; all is said
    config::Loaded loaded;
    log::Logger logger; ///< to stderr, as configured
};

/// Reads the settings, answers -help (with `switches`, those of the command alone, behind it),
/// names what is wrong and logs the warnings.
[[nodiscard]] Beginning begin_command(const Invocation& invocation, std::string_view switches = {});

/// One line each on stderr.
void print_problems(const config::Loaded& loaded);

/// `plex-tuner <subcommand> -help`
[[nodiscard]] std::string command_help(std::string_view subcommand);

/// Usage and summary, with which every help begins.
[[nodiscard]] std::string help_start(std::string_view subcommand, std::string_view arguments);

/// For commands without settings.
[[nodiscard]] bool asks_for_help(const Invocation& invocation);

/// To where the invocation wants it.
void print_help(const Invocation& invocation, std::string text);

/// Whether libcurl sends requests for http URLs to a proxy: the variables it looks at.
[[nodiscard]] bool has_http_proxy(const Invocation& invocation);

} // namespace plex_tuner::cli
