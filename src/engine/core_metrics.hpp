// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of metrics that are always there: of the process, its providers, their connections,
// and why sources were left.
#pragma once

#include "metrics.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <unistd.h>

namespace plex_tuner::engine {

struct Metric {
    MetricDescription description;
    double (*value)(const MetricsFacts&);
};

[[nodiscard]] inline double resident_bytes() {
    // The second number of statm is the resident set in pages (proc(5)).
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "re"); file != nullptr) {
        long total = 0;
        if (std::fscanf(file, "%ld %ld", &total, &pages) != 2) {
            pages = 0;
        }
        std::fclose(file);
    }
    return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

template <class T>
[[nodiscard]] constexpr double number(T value) {
    return static_cast<double>(value);
}

inline constexpr auto kMetrics = std::to_array<Metric>({
    {{"plex_tuner_lineup_channels", "gauge", "Channels in the lineup."},
        [](const MetricsFacts& f) {
            return number(f.snapshot.lineup->channels().size());
        }},
    {{"plex_tuner_guide_programmes", "gauge", "Programmes in the guide last built."},
        [](const MetricsFacts& f) {
            return number(f.refresh.guide_programmes.load());
        }},
    {{"plex_tuner_guide_channels_with_data", "gauge", "Channels with programmes from a source."},
        [](const MetricsFacts& f) {
            return number(f.refresh.guide_channels_with_data.load());
        }},
    {{"plex_tuner_guide_bytes", "gauge", "Size of guide.xml."},
        [](const MetricsFacts& f) {
            return f.snapshot.guide ? number(f.snapshot.guide->plain.body.length) : 0.0;
        }},
    {{"plex_tuner_last_refresh_timestamp_seconds", "gauge",
         "Unix time of the last refresh that succeeded; 0 for none."},
        [](const MetricsFacts& f) {
            return f.snapshot.last_refresh
                       ? number(f.snapshot.last_refresh->time_since_epoch().count())
                       : 0.0;
        }},
    {{"plex_tuner_refreshes_total", "counter", "Refreshes begun."},
        [](const MetricsFacts& f) {
            return number(f.refresh.refreshes.load());
        }},
    {{"plex_tuner_playlist_failures_total", "counter", "Refreshes whose playlist was not usable."},
        [](const MetricsFacts& f) {
            return number(f.refresh.playlist_failures.load());
        }},
    {{"plex_tuner_guide_failures_total", "counter",
         "Refreshes with a guide source that was not usable."},
        [](const MetricsFacts& f) {
            return number(f.refresh.guide_failures.load());
        }},
    {{"plex_tuner_playlist_skipped_lines", "gauge",
         "Lines of the playlist last read that were skipped."},
        [](const MetricsFacts& f) {
            return number(f.refresh.playlist_skipped_lines.load());
        }},
    {{"plex_tuner_tuners", "gauge", "Tuners advertised."},
        [](const MetricsFacts& f) {
            return number(f.tuner_count);
        }},
    {{"plex_tuner_tuners_in_use", "gauge", "Tuners with viewers."},
        [](const MetricsFacts& f) {
            return number(f.tuners_in_use);
        }},
    {{"plex_tuner_viewers", "gauge", "Viewers being served."},
        [](const MetricsFacts& f) {
            return number(f.gateway.viewers_open);
        }},
    {{"plex_tuner_upstreams", "gauge", "Upstream sessions open."},
        [](const MetricsFacts& f) {
            return number(f.gateway.upstream_open);
        }},
    {{"plex_tuner_viewers_total", "counter", "Viewers served since the start."},
        [](const MetricsFacts& f) {
            return number(f.gateway.viewers_total);
        }},
    {{"plex_tuner_viewers_lapped_total", "counter", "Times a slow viewer was moved forward."},
        [](const MetricsFacts& f) {
            return number(f.gateway.viewers_lapped);
        }},
    {{"plex_tuner_viewers_dropped_total", "counter", "Viewers dropped for being too slow."},
        [](const MetricsFacts& f) {
            return number(f.gateway.viewers_dropped);
        }},
    {{"plex_tuner_tuners_exhausted_total", "counter",
         "Requests refused because all tuners were in use."},
        [](const MetricsFacts& f) {
            return number(f.gateway.rejected_all_tuners_in_use);
        }},
    {{"plex_tuner_upstream_connects_total", "counter", "Upstream sessions opened."},
        [](const MetricsFacts& f) {
            return number(f.gateway.upstream_connects);
        }},
    {{"plex_tuner_upstream_failures_total", "counter",
         "Upstream attempts and sessions that failed."},
        [](const MetricsFacts& f) {
            return number(f.gateway.upstream_failures);
        }},
    {{"plex_tuner_upstream_bytes_total", "counter", "Stream bytes received from providers."},
        [](const MetricsFacts& f) {
            return number(f.gateway.bytes_in);
        }},
    {{"plex_tuner_viewer_bytes_total", "counter", "Stream bytes sent to viewers."},
        [](const MetricsFacts& f) {
            return number(f.gateway.bytes_out);
        }},
    {{"plex_tuner_ts_continuity_errors_total", "counter",
         "Continuity errors in what providers sent."},
        [](const MetricsFacts& f) {
            return number(f.gateway.continuity_errors);
        }},
    {{"plex_tuner_ts_sync_losses_total", "counter",
         "Times packet alignment was lost and found again."},
        [](const MetricsFacts& f) {
            return number(f.gateway.sync_losses);
        }},
    {{"plex_tuner_ts_dropped_packets_total", "counter",
         "Damaged packets left out of what viewers get."},
        [](const MetricsFacts& f) {
            return number(f.gateway.dropped_packets);
        }},
    {{"plex_tuner_ts_damaged_units_total", "counter",
         "Pictures and pieces of sound left out because packets of them were missing."},
        [](const MetricsFacts& f) {
            return number(f.gateway.damaged_units);
        }},
    {{"plex_tuner_ts_splices_total", "counter",
         "Seams in a stream, and jumps of its clock, that viewers do not see."},
        [](const MetricsFacts& f) {
            return number(f.gateway.splices);
        }},
    {{"plex_tuner_transcodes", "gauge",
         "Channels that are being transcoded, once for each profile."},
        [](const MetricsFacts& f) {
            return number(f.gateway.transcodes_open);
        }},
    {{"plex_tuner_transcode_workers_total", "counter", "Transcoder processes started."},
        [](const MetricsFacts& f) {
            return number(f.gateway.transcode_workers);
        }},
    {{"plex_tuner_transcode_failures_total", "counter",
         "Transcoder processes that crashed, hung or gave up."},
        [](const MetricsFacts& f) {
            return number(f.gateway.transcode_failures);
        }},
    {{"plex_tuner_transcode_laps_total", "counter",
         "Parts of channels left out because a transcoder was too slow."},
        [](const MetricsFacts& f) {
            return number(f.gateway.transcode_laps);
        }},
    {{"plex_tuner_ts_damaged_tables_total", "counter", "PAT and PMT sections that were of no use."},
        [](const MetricsFacts& f) {
            return number(f.gateway.damaged_tables);
        }},
    {{"plex_tuner_hls_segments_missed_total", "counter",
         "HLS segments gone before they could be fetched."},
        [](const MetricsFacts& f) {
            return number(f.gateway.segments_missed);
        }},
    {{"plex_tuner_hls_sound_lost_total", "counter",
         "HLS segments of sound with a playlist of its own that could not be had."},
        [](const MetricsFacts& f) {
            return number(f.gateway.sound_lost);
        }},
    {{"plex_tuner_rtp_packets_lost_total", "counter", "Packets of RTP sources that never came."},
        [](const MetricsFacts& f) {
            return number(f.gateway.datagrams_lost);
        }},
    {{"plex_tuner_debug_tee_dropped_bytes_total", "counter",
         "Bytes left out of debug copies because the disk was too slow."},
        [](const MetricsFacts& f) {
            return number(f.gateway.tee_bytes_dropped);
        }},
    {{"plex_tuner_http_connections", "gauge", "HTTP connections open."},
        [](const MetricsFacts& f) {
            return number(f.http.connections_open.load());
        }},
    {{"plex_tuner_http_connections_total", "counter", "HTTP connections accepted."},
        [](const MetricsFacts& f) {
            return number(f.http.connections_accepted.load());
        }},
    {{"plex_tuner_http_connections_refused_total", "counter", "HTTP connections over the limit."},
        [](const MetricsFacts& f) {
            return number(f.http.connections_refused.load());
        }},
    {{"plex_tuner_http_requests_total", "counter", "HTTP requests read."},
        [](const MetricsFacts& f) {
            return number(f.http.requests.load());
        }},
    {{"plex_tuner_http_bad_requests_total", "counter",
         "HTTP requests that were malformed or over a limit."},
        [](const MetricsFacts& f) {
            return number(f.http.bad_requests.load());
        }},
    {{"plex_tuner_http_sent_bytes_total", "counter", "Bytes sent over HTTP, streams included."},
        [](const MetricsFacts& f) {
            return number(f.http.bytes_sent.load());
        }},
    {{"process_resident_memory_bytes", "gauge", "Resident memory size in bytes."},
        [](const MetricsFacts&) {
            return resident_bytes();
        }},
    {{"process_start_time_seconds", "gauge", "Unix time this process started."},
        [](const MetricsFacts& f) {
            return number(f.started.time_since_epoch().count());
        }},
});

struct ProviderMetric {
    MetricDescription description;
    double (*value)(const state::GovernorStatus&, WallTime now);
};

inline constexpr auto kProviderMetrics = std::to_array<ProviderMetric>({
    {{"plex_tuner_provider_requests_in_flight", "gauge",
         "Requests for lists under way, of all processes of this machine."},
        [](const state::GovernorStatus& provider, WallTime) {
            return number(provider.in_flight);
        }},
    {{"plex_tuner_provider_cool_down_seconds", "gauge",
         "How long the provider is not asked for lists; 0: it may be asked."},
        [](const state::GovernorStatus& provider, WallTime now) {
            if (!provider.cool_down) {
                return 0.0;
            }
            const std::chrono::duration<double> left = provider.cool_down->until - now;
            return std::max(left.count(), 0.0);
        }},
    {{"plex_tuner_provider_failures", "gauge", "Requests for lists that failed in a row."},
        [](const state::GovernorStatus& provider, WallTime) {
            return number(provider.failures);
        }},
    {{"plex_tuner_provider_breaker_open", "gauge",
         "1 after too many failures in a row: one request at a time tries whether it is back."},
        [](const state::GovernorStatus& provider, WallTime) {
            return provider.breaker == state::BreakerState::closed ? 0.0 : 1.0;
        }},
});

struct AccountMetric {
    MetricDescription description;
    double (*value)(const state::AccountSlots&, WallTime now);
};

template <state::SlotKind Kind>
double connections_of(const state::AccountSlots& account, WallTime /*now*/) {
    return number(std::ranges::count_if(account.holders, [](const state::SlotHolder& holder) {
        return holder.kind == Kind && !holder.lingers_until;
    }));
}

inline constexpr auto kAccountMetrics = std::to_array<AccountMetric>({
    {{"plex_tuner_account_viewer_connections", "gauge",
         "Connections of viewers, of all processes that count together."},
        &connections_of<state::SlotKind::viewer>},
    {{"plex_tuner_account_vod_connections", "gauge",
         "Connections for films and episodes, of all processes that count together."},
        &connections_of<state::SlotKind::vod>},
    {{"plex_tuner_account_probe_connections", "gauge",
         "Connections of tests, which viewers may interrupt, of all processes that count "
         "together."},
        &connections_of<state::SlotKind::probe>},
    {{"plex_tuner_account_lingering_connections", "gauge",
         "Connections that were closed and that the provider may still count."},
        [](const state::AccountSlots& account, WallTime now) {
            return number(std::ranges::count_if(account.holders, [&](const auto& holder) {
                return holder.lingers_until && *holder.lingers_until > now;
            }));
        }},
    {{"plex_tuner_account_connection_limit", "gauge",
         "Connections the provider allows, as it says or as its refusals taught; 0: not known."},
        [](const state::AccountSlots& account, WallTime) {
            return number(account.limit().value_or(0));
        }},
});

/// How often sources of channels were left, and why.
struct FailoverMetric {
    MetricDescription description;
    double (*value)(gateway::FailoverReason, const MetricsFacts&);
};

inline constexpr auto kFailoverMetrics = std::to_array<FailoverMetric>({
    {{"plex_tuner_failovers_total", "counter", "Sources of channels that were left, by reason."},
        [](gateway::FailoverReason reason, const MetricsFacts& facts) {
            return number(facts.gateway.failovers[static_cast<std::size_t>(reason)]);
        }},
});

} // namespace plex_tuner::engine
