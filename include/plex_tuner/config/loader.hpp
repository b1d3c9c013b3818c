// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::config {

/// What the variables of this program start with.
inline constexpr std::string_view kEnvironmentPrefix = "PLEX_TUNER_";

/// All that load() looks at.
struct Inputs {
    std::vector<std::string> arguments; ///< what follows the subcommand
    std::string subcommand;             ///< "run", "serve", "index", "probe" or "config"
    std::map<std::string, std::string> environment;
    std::filesystem::path dotenv = ".env"; ///< empty: no such file is read
    std::string version;                   ///< for the default User-Agent
    bool runs_as_root = false;             ///< where the shared directory is by default
};

/// Where each value came from, by full variable name ("PLEX_TUNER_ADDR"): "default", ".env:3",
/// "env PLEX_TUNER_ADDR" or "flag -addr".
using Provenance = std::map<std::string, std::string, std::less<>>;

struct Loaded {
    Config config; ///< fields with a problem hold their default
    Provenance provenance;
    std::vector<std::string>
        warnings; ///< one line each, to be shown; nothing is wrong enough to stop
    std::vector<std::string>
        problems;                ///< one line each; when not empty the program must exit with 2
    bool help_requested = false; ///< -h, -help or --help: show flags_help, exit 0
};

/// Defaults < .env < environment < flags. Empty variables count as not set. Reads the .env file,
/// a subscription file and the files that variables ending in _FILE name, and nothing else. No line
/// of the result contains a secret.
[[nodiscard]] Loaded load(const Inputs& inputs);

/// The effective configuration as an aligned table of name, value and provenance; secrets are
/// masked and URLs redacted.
[[nodiscard]] std::string dump(const Loaded& loaded);

/// The flags `subcommand` takes, with their defaults; empty for one that takes none of them.
[[nodiscard]] std::string flags_help(std::string_view subcommand);

/// What there is to say about one setting, for documentation in other shapes. Backticks mark words
/// that are written as they stand.
struct SettingHelp {
    std::string_view group; ///< a title; those of one group follow each other
    std::string variable;
    std::string_view flag; ///< without '-'; empty: none
    std::string usual;     ///< its default
    std::string accepts;
    std::string_view meaning;
};

[[nodiscard]] std::vector<SettingHelp> setting_help();

/// docs/reference/configuration.md.
[[nodiscard]] std::string environment_reference_markdown();

} // namespace plex_tuner::config
