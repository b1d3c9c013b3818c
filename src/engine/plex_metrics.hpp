// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics.hpp"
#include "plex_registration.hpp"

#include <array>

namespace plex_tuner::engine {

/// Of the registration in Plex; there where this process registers itself.
struct PlexMetric {
    MetricDescription description;
    double (*value)(const PlexRegistrationStatus&);
};

inline constexpr auto kPlexMetrics = std::to_array<PlexMetric>({
    {{"plex_tuner_plex_registered", "gauge",
         "1 while Plex, when last asked, had this tuner as it is wanted, else 0."},
        [](const PlexRegistrationStatus& plex) {
            return plex.looked_at && plex.error.empty() ? 1.0 : 0.0;
        }},
    {{"plex_tuner_plex_mapped_channels", "gauge", "Channels of this tuner that Plex has mapped."},
        [](const PlexRegistrationStatus& plex) {
            return static_cast<double>(plex.mapped);
        }},
    {{"plex_tuner_plex_changes_total", "counter",
         "Times that this tuner was set up or mended in Plex."},
        [](const PlexRegistrationStatus& plex) {
            return static_cast<double>(plex.changes);
        }},
    {{"plex_tuner_plex_failures_total", "counter", "Attempts at that which failed."},
        [](const PlexRegistrationStatus& plex) {
            return static_cast<double>(plex.failures);
        }},
});

} // namespace plex_tuner::engine
