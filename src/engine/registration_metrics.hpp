// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "media_server_registration.hpp"
#include "metrics.hpp"

#include <array>

namespace plex_tuner::engine {

/// One line for each media server that the tuner sets itself up in.
struct RegistrationMetric {
    MetricDescription description;
    double (*value)(const RegistrationStatus&, const MetricsFacts&);
};

inline constexpr auto kRegistrationMetrics = std::to_array<RegistrationMetric>({
    {{"plex_tuner_media_server_registered", "gauge",
         "1 while the server, when last asked, had this tuner as it is wanted, else 0."},
        [](const RegistrationStatus& one, const MetricsFacts&) {
            return one.looked_at && one.error.empty() ? 1.0 : 0.0;
        }},
    {{"plex_tuner_media_server_mapped_channels", "gauge",
         "Channels of this tuner that the server has."},
        [](const RegistrationStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.mapped);
        }},
    {{"plex_tuner_media_server_changes_total", "counter",
         "Times that this tuner was set up or mended there."},
        [](const RegistrationStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.changes);
        }},
    {{"plex_tuner_media_server_failures_total", "counter", "Attempts at that which failed."},
        [](const RegistrationStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.failures);
        }},
});

} // namespace plex_tuner::engine
