// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fleet/fleet_file.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

using Environment = std::map<std::string, std::string>;

/// Where a child can be asked how it is.
struct Endpoint {
    std::string host = {}; ///< as it stands in a URL
    std::uint16_t port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// One child process, decided to the last variable.
struct ChildPlan {
    std::string name = {};
    std::vector<std::string> arguments = {};   ///< the command first
    Environment environment = {};              ///< all of it
    std::filesystem::path work_directory = {}; ///< empty: the supervisor's
    std::chrono::milliseconds start_delay{0};

    // What its settings make of that.
    bool is_tuner = false;                 ///< run or serve
    std::optional<Endpoint> endpoint = {}; ///< of a tuner whose port is known
    std::string device_id = {};            ///< empty: the tuner makes one and keeps it
    bool is_native = false;                ///< HDHomeRun discovery and control
    int number_offset = 0;
    std::filesystem::path catalog = {};
    std::filesystem::path state_directory = {};
    std::filesystem::path shared_directory = {};

    /// Of all that makes the process what it is, .env and files with secrets included: the same for
    /// a child that a new configuration leaves as it was.
    std::string fingerprint = {};
};

/// What the supervisor is to do.
struct Plan {
    std::vector<ChildPlan> children = {};
    std::vector<std::string> disabled = {}; ///< names of instances that are switched off
    bool restart = false;
    std::chrono::milliseconds restart_delay{2'000};
    bool fail_fast = false;
    /// A tuner that was ready and is silent for so long is killed; 0: never.
    std::chrono::milliseconds hang_timeout{0};
    std::string listen = {}; ///< of the supervisor's page; empty: nowhere
    bool listen_is_default = true;

    std::vector<std::string> warnings = {};
    /// Said by `-check` alone: each child says them at its start.
    std::vector<std::string> child_warnings = {};
    std::vector<std::string> problems = {}; ///< when not empty nothing may be started
};

/// Where the supervisor's page is unless the file or PLEX_TUNER_SUPERVISOR_ADDR says otherwise.
inline constexpr const char* kDefaultListen = "127.0.0.1:5099";
inline constexpr const char* kListenVariable = "PLEX_TUNER_SUPERVISOR_ADDR";

/// What a plan is made of besides the file.
struct PlanInputs {
    Environment environment = {}; ///< the supervisor's
    std::string version = {};
    bool runs_as_root = false;
    std::vector<std::string> commands = {};      ///< that a child may have
    std::filesystem::path shared_directory = {}; ///< for all children
    std::string listen = kDefaultListen; ///< of the page, where neither file nor environment says
};

/// Where a process on this machine reaches a server that listens at "host:port" or ":port".
/// Nothing for port 0, and for what has none.
[[nodiscard]] std::optional<Endpoint> endpoint_of(std::string_view listen);

/// Reads the file, the environment files and what the children would read at their start, and
/// starts nothing. A child gets the supervisor's environment without what is the supervisor's alone
/// (upstream-spec 10.2), then its own; and the defaults of a fleet where neither says anything:
/// native mode off, one SHARED_DIR, a SHARED_MAX_AGE that outlasts a cold start.
[[nodiscard]] Plan read_plan(const std::filesystem::path& file, const PlanInputs& inputs);

/// The same of a file that has been parsed.
[[nodiscard]] Plan make_plan(const FleetFile& file, const PlanInputs& inputs);

} // namespace plex_tuner::fleet
