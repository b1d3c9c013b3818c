// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/config/dotenv.hpp>

namespace plex_tuner::fleet {

EnvironmentFiles with_environment_files(
    const Environment& environment, const std::vector<std::string>& files) {
    EnvironmentFiles result;
    for (const std::string& file : files) {
        const auto text = read_file(file, config::kMaxDotenvBytes);
        if (!text) {
            result.problems.push_back("envFiles: " + text.error().message());
            continue;
        }
        config::Dotenv entries = config::parse_dotenv(*text, file, config::ExportWord::accepted);
        for (config::DotenvEntry& entry : entries.entries) {
            result.environment[entry.name] = std::move(entry.value);
        }
        result.warnings.insert(
            result.warnings.end(), entries.warnings.begin(), entries.warnings.end());
    }
    for (const auto& [name, value] : environment) {
        result.environment[name] = value;
    }
    return result;
}

bool is_of_reaper(std::string_view name) {
    return name.starts_with("PLEX_TUNER_PLEX_SESSION_REAPER") || name == "PLEX_TUNER_PMS_URL" ||
           name.starts_with("PLEX_TUNER_PMS_TOKEN"); // _FILE too
}

Environment child_environment(
    const Environment& supervisor, const Environment& own, bool is_reaper) {
    Environment environment = own;
    for (const auto& [name, value] : supervisor) {
        if (name != kListenVariable && (is_reaper || !is_of_reaper(name))) {
            environment.try_emplace(name, value);
        }
    }
    return environment;
}

} // namespace plex_tuner::fleet
