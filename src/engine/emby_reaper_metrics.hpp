// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "emby_reaper.hpp"
#include "metrics.hpp"

#include <array>

namespace plex_tuner::engine {

/// One line for each Jellyfin or Emby server whose sessions are looked after.
struct EmbyReaperMetric {
    MetricDescription description;
    double (*value)(const EmbyReaperStatus&, const MetricsFacts&);
};

inline constexpr auto kEmbyReaperMetrics = std::to_array<EmbyReaperMetric>({
    {{"plex_tuner_media_server_sessions", "gauge",
         "Sessions there that play channels of this tuner, abandoned ones included."},
        [](const EmbyReaperStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.sessions);
        }},
    {{"plex_tuner_media_server_session_stops_total", "counter",
         "Sessions that the server was told to end because nobody watched."},
        [](const EmbyReaperStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.stops);
        }},
    {{"plex_tuner_media_server_session_stop_failures_total", "counter", "Times that it refused."},
        [](const EmbyReaperStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.stop_failures);
        }},
    {{"plex_tuner_media_server_session_look_failures_total", "counter",
         "Times that the server could not be asked for its sessions."},
        [](const EmbyReaperStatus& one, const MetricsFacts&) {
            return static_cast<double>(one.look_failures);
        }},
});

} // namespace plex_tuner::engine
