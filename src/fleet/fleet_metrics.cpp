// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet_metrics.hpp"

#include "metrics_merge.hpp"

#include <array>

namespace plex_tuner::fleet {

namespace {

struct ChildMetric {
    FleetMetricDescription description;
    std::uint64_t (*value)(const ChildStatus&);
};

constexpr auto kChildMetrics = std::to_array<ChildMetric>({
    {{"plex_tuner_child_up", "gauge", "1 while the process of the child runs, else 0."},
        [](const ChildStatus& child) -> std::uint64_t {
            return child.pid > 0 ? 1 : 0;
        }},
    {{"plex_tuner_child_ready", "gauge",
         "1 while the child does what it is for: a tuner serves a lineup with a guide."},
        [](const ChildStatus& child) -> std::uint64_t {
            return child.is_well() ? 1 : 0;
        }},
    {{"plex_tuner_child_restarts_total", "counter", "Times the child was started again."},
        [](const ChildStatus& child) {
            return child.restarts;
        }},
    {{"plex_tuner_child_pss_bytes", "gauge",
         "Memory of the child (PSS: what is shared is divided by those who share it)."},
        [](const ChildStatus& child) {
            return child.pss_bytes.value_or(0);
        }},
});

constexpr FleetMetricDescription kDroppedLines{"plex_tuner_supervisor_dropped_lines_total",
    "counter", "Lines of the log that were left out, as nobody read them fast enough."};

constexpr auto kDescriptions = [] {
    std::array<FleetMetricDescription, kChildMetrics.size() + 1> all;
    for (std::size_t i = 0; i < kChildMetrics.size(); ++i) {
        all[i] = kChildMetrics[i].description;
    }
    all.back() = kDroppedLines;
    return all;
}();

std::string head_of(const FleetMetricDescription& description) {
    std::string head = "# HELP ";
    head.append(description.name).append(" ").append(description.help).append("\n# TYPE ");
    head.append(description.name).append(" ").append(description.type).append("\n");
    return head;
}

} // namespace

std::span<const FleetMetricDescription> fleet_metrics() noexcept {
    return kDescriptions;
}

std::string fleet_metrics_text(
    const FleetStatus& status, const std::vector<ChildMetrics>& children) {
    MetricsMerge merge;
    for (const ChildMetric& metric : kChildMetrics) {
        const std::string name(metric.description.name);
        for (const ChildStatus& child : status.children) {
            merge.add_sample(name, head_of(metric.description),
                name + "{instance=\"" + child.name + "\"} " + std::to_string(metric.value(child)));
        }
    }
    merge.add_sample(kDroppedLines.name, head_of(kDroppedLines),
        std::string(kDroppedLines.name) + " " + std::to_string(status.dropped_lines));
    for (const ChildMetrics& child : children) {
        merge.add(child.name, child.text);
    }
    return merge.text();
}

} // namespace plex_tuner::fleet
