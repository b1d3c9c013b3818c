// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics.hpp"

#include <plex_tuner/engine/vod_mount.hpp>

#include <array>

namespace plex_tuner::engine {

/// Of the films and series that this process mounts; there where it does.
struct VodMetric {
    MetricDescription description;
    double (*value)(const VodMountStatus&);
};

template <auto Member>
double value_of(const VodMountStatus& films) {
    return static_cast<double>(films.*Member);
}

template <auto Member>
double value_of_scans(const VodMountStatus& films) {
    return static_cast<double>(films.library_scans.*Member);
}

inline constexpr auto kVodMetrics = std::to_array<VodMetric>({
    {{"plex_tuner_vod_films", "gauge", "Films that are mounted."},
        &value_of<&vodfs::MountStatus::films>},
    {{"plex_tuner_vod_episodes", "gauge", "Episodes that are mounted."},
        &value_of<&vodfs::MountStatus::episodes>},
    {{"plex_tuner_vod_open_files", "gauge", "Films and episodes that are open, each time counted."},
        &value_of<&vodfs::MountStatus::files_open>},
    {{"plex_tuner_vod_reads_waiting", "gauge",
         "Reads, and opens of files of unknown size, that wait for a provider."},
        &value_of<&vodfs::MountStatus::reads_waiting>},
    {{"plex_tuner_vod_reads_failed_total", "counter", "Reads that ended with an error."},
        &value_of<&vodfs::MountStatus::reads_failed>},
    {{"plex_tuner_vod_cache_read_bytes_total", "counter",
         "Bytes of films given to readers from the cache, without waiting."},
        &value_of<&vodfs::MountStatus::cache_read_bytes>},
    {{"plex_tuner_vod_provider_bytes_total", "counter", "Bytes of films received from providers."},
        &value_of<&vodfs::MountStatus::provider_bytes>},
    {{"plex_tuner_vod_provider_requests_total", "counter", "Requests for films and their sizes."},
        &value_of<&vodfs::MountStatus::provider_requests>},
    {{"plex_tuner_vod_cache_bytes", "gauge", "Disk that the cache of films takes."},
        &value_of<&vodfs::MountStatus::cache_bytes>},
    {{"plex_tuner_vod_cache_limit_bytes", "gauge", "Disk that it may take."},
        &value_of<&vodfs::MountStatus::cache_limit>},
    {{"plex_tuner_vod_cache_evictions_total", "counter",
         "Films whose bytes left the cache to make room."},
        &value_of<&vodfs::MountStatus::cache_evictions>},
    {{"plex_tuner_vod_sizes_known", "gauge", "Mounted files whose size is known."},
        &value_of<&vodfs::MountStatus::sizes_known>},
    {{"plex_tuner_vod_sizes_unknown", "gauge",
         "Mounted files that say 1 byte until they are opened."},
        &value_of<&vodfs::MountStatus::sizes_unknown>},
    {{"plex_tuner_vod_library_scans_total", "counter",
         "Times that Plex was told to look at what changed in the mount."},
        &value_of_scans<&LibraryScanStatus::scans>},
    {{"plex_tuner_vod_library_scan_failures_total", "counter",
         "Times that it could not be told; it is tried again."},
        &value_of_scans<&LibraryScanStatus::failures>},
});

inline constexpr MetricDescription kVodFailures{"plex_tuner_vod_provider_failures_total", "counter",
    "Requests for films and their sizes that came to nothing, by reason."};

} // namespace plex_tuner::engine
