// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "commands.hpp"

#include <plex_tuner/config/loader.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::cli {

/// The settings of an invocation: flags, environment and .env of the working directory.
[[nodiscard]] config::Loaded load_settings(const Invocation& invocation);

/// One line each on stderr.
void print_problems(const config::Loaded& loaded);

/// `plex-tuner <subcommand> -help`
[[nodiscard]] std::string command_help(std::string_view subcommand);

/// Whether libcurl sends requests for http URLs to a proxy: the variables it looks at.
[[nodiscard]] bool has_http_proxy(const Invocation& invocation);

} // namespace plex_tuner::cli
