// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

/// One process that the supervisor is to run, as it stands in the file.
struct Instance {
    std::string name = {};
    std::vector<std::string> arguments = {}; ///< of this program, the command first
    std::map<std::string, std::string> environment = {};
    bool is_disabled = false;
    std::string work_directory = {}; ///< empty: the supervisor's
    std::chrono::milliseconds start_delay{0};
};

/// A supervisor's configuration as it stands in the file. Nothing but types was looked at.
struct FleetFile {
    std::vector<Instance> instances = {};
    bool restart = false;
    std::chrono::milliseconds restart_delay{2'000};
    bool fail_fast = false; ///< as written; without restarts the first failure ends all anyway
    std::chrono::milliseconds hang_timeout{60'000}; ///< 0: never
    std::vector<std::string> environment_files = {};
    std::optional<std::string> listen = {}; ///< of the supervisor's page; empty text: none
    std::string reaper = {};                ///< the instance that gets the reaper's variables
};

struct ParsedFleetFile {
    FleetFile file = {};
    std::vector<std::string> warnings = {}; ///< "instances[3].restrat: unknown, ignored; …"
    std::vector<std::string> problems = {}; ///< when not empty, `file` is not to be used
};

/// JSON. Each warning and problem begins with the path of the field; no value is quoted, as it may
/// be a secret. Fields that are not known are warned about: a newer configuration must not stop an
/// older program.
[[nodiscard]] ParsedFleetFile parse_fleet_file(std::string_view text);

/// What a file may be at most.
inline constexpr std::size_t kMaxFleetFileBytes = std::size_t{16} << 20;

/// A field of the file, for the documentation: docs/reference/supervisor.md.
struct FleetField {
    std::string_view path;
    std::string_view type;
    std::string_view default_text;
    std::string_view doc;
};

[[nodiscard]] std::span<const FleetField> fleet_fields() noexcept;

} // namespace plex_tuner::fleet
