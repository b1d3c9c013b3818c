// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::fleet {

/// One child as whoever runs the fleet sees it.
struct ChildStatus {
    std::string name = {};
    /// "waiting", "starting" (a tuner that is not ready yet), "ready", "not ready" (any more),
    /// "running" (what is no tuner), "restarting", "stopping", "ended" or "failed".
    std::string state = {};
    int pid = -1; ///< -1: none
    std::optional<std::uint16_t> port = {};
    std::string device_id = {}; ///< empty: not configured
    std::optional<std::uint64_t> channels = {};
    std::optional<std::uint64_t> viewers = {};
    std::uint64_t restarts = 0;
    std::uint64_t uptime_s = 0;
    std::optional<std::uint64_t> pss_bytes = {};
    std::string last_end = {}; ///< "exited with status 1"; empty: it never ended
    std::string command = {};  ///< redacted

    /// All is as it should be.
    [[nodiscard]] bool is_well() const noexcept {
        return state == "ready" || state == "running" || state == "ended";
    }
};

struct FleetStatus {
    std::string version = {};
    std::vector<ChildStatus> children = {};
    std::vector<std::string> disabled = {};
    std::uint64_t dropped_lines = 0; ///< of the log

    [[nodiscard]] bool is_ready() const noexcept;
};

/// A table for a terminal.
[[nodiscard]] std::string status_text(const FleetStatus& status);
/// {"version", "children": […], "disabled": […]}, indented by two blanks.
[[nodiscard]] std::string status_json(const FleetStatus& status);
/// One page without scripts that loads itself anew.
[[nodiscard]] std::string status_page(const FleetStatus& status);

/// A metric of the supervisor's own, for the documentation.
struct FleetMetricDescription {
    std::string_view name;
    std::string_view type;
    std::string_view help;
};

[[nodiscard]] std::span<const FleetMetricDescription> fleet_metrics() noexcept;

} // namespace plex_tuner::fleet
