// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics.hpp"
#include "plex_reaper.hpp"

#include <array>

namespace plex_tuner::engine {

/// Of the session reaper; there where it is switched on.
struct PlexReaperMetric {
    MetricDescription description;
    double (*value)(const PlexReaperStatus&);
};

inline constexpr auto kPlexReaperMetrics = std::to_array<PlexReaperMetric>({
    {{"plex_tuner_plex_reaper_in_charge", "gauge",
         "1 in the process that looks after Plex's sessions, 0 in those that would follow it."},
        [](const PlexReaperStatus& reaper) {
            return reaper.is_in_charge ? 1.0 : 0.0;
        }},
    {{"plex_tuner_plex_reaper_hears_events", "gauge", "1 while Plex's events are heard, else 0."},
        [](const PlexReaperStatus& reaper) {
            return reaper.hears_events ? 1.0 : 0.0;
        }},
    {{"plex_tuner_plex_live_sessions", "gauge",
         "Sessions of Live TV in Plex, abandoned ones included."},
        [](const PlexReaperStatus& reaper) {
            return static_cast<double>(reaper.sessions);
        }},
    {{"plex_tuner_plex_reaper_stops_total", "counter",
         "Sessions that Plex was told to end because nobody watched."},
        [](const PlexReaperStatus& reaper) {
            return static_cast<double>(reaper.stops);
        }},
    {{"plex_tuner_plex_reaper_stop_failures_total", "counter", "Times that it refused."},
        [](const PlexReaperStatus& reaper) {
            return static_cast<double>(reaper.stop_failures);
        }},
    {{"plex_tuner_plex_reaper_look_failures_total", "counter",
         "Times that Plex could not be asked for its sessions."},
        [](const PlexReaperStatus& reaper) {
            return static_cast<double>(reaper.look_failures);
        }},
});

} // namespace plex_tuner::engine
