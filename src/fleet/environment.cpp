// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/config/dotenv.hpp>

#include <utility>

namespace plex_tuner::fleet {

namespace {

bool may_have(std::string_view name, PlexShare share) {
    if (name.starts_with("PLEX_TUNER_PLEX_SESSION_REAPER")) {
        return share == PlexShare::all;
    }
    for (const std::string_view of_server : {"PLEX_TUNER_PMS_URL", "PLEX_TUNER_PMS_TOKEN"}) {
        if (name == of_server || name == std::string(of_server) + "_FILE") {
            return share != PlexShare::none;
        }
    }
    return true;
}

} // namespace

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

Environment child_environment(
    const Environment& supervisor, const Environment& own, PlexShare share) {
    Environment environment = own;
    for (const auto& [name, value] : supervisor) {
        if (name != kListenVariable && may_have(name, share)) {
            environment.try_emplace(name, value);
        }
    }
    return environment;
}

} // namespace plex_tuner::fleet
