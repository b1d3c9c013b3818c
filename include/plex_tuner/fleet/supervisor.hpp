// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fleet/output_queue.hpp>
#include <plex_tuner/fleet/plan.hpp>
#include <plex_tuner/log/logger.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::fleet {

struct SupervisorOptions {
    std::filesystem::path file; ///< read again at SIGHUP
    PlanInputs inputs = {};
    Plan plan = {};                         ///< made of both; without problems
    std::string program = "/proc/self/exe"; ///< of all children
    fetch::ClientOptions fetch = {};        ///< to ask the children how they are
    log::Format format = log::Format::text; ///< of the children's lines in the log
    bool is_terminal = false;               ///< somebody looks at the log: show the table there
};

/// Runs the children of a plan until SIGTERM or SIGINT, keeps them running, and tells about them.
/// SIGHUP reads the configuration again and touches the children that changed; SIGUSR1 writes the
/// table of children into the log.
class Supervisor {
public:
    /// Binds the page; starts nothing. `output` outlives the supervisor; `logger` writes to its
    /// sink.
    [[nodiscard]] static Result<std::unique_ptr<Supervisor>> create(
        SupervisorOptions options, OutputQueue& output, log::Logger logger);
    virtual ~Supervisor() = default;

    /// Until it is told to stop and all children are gone. The error: a child failed that may not
    /// (failFast), or all of them did. Call once, from the main thread.
    [[nodiscard]] virtual Result<void> run() = 0;
};

/// What the supervisor's page answers, for the documentation.
struct FleetRoute {
    std::string_view path;
    std::string_view doc;
};

[[nodiscard]] std::span<const FleetRoute> fleet_routes() noexcept;

} // namespace plex_tuner::fleet
