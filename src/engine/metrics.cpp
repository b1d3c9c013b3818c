// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics.hpp"

#include "emby_reaper_metrics.hpp"
#include "plex_reaper_metrics.hpp"
#include "registration_metrics.hpp"
#include "stream_metrics.hpp"
#include "vod_metrics.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <tuple>

#include <fmt/format.h>
#include <unistd.h>

namespace plex_tuner::engine {

namespace {

struct Metric {
    MetricDescription description;
    double (*value)(const MetricsFacts&);
};

double resident_bytes() {
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
double number(T value) {
    return static_cast<double>(value);
}

using F = MetricsFacts;
constexpr auto kMetrics = std::to_array<Metric>({
    {{"plex_tuner_lineup_channels", "gauge", "Channels in the lineup."},
        [](const F& f) {
            return number(f.snapshot.lineup->channels().size());
        }},
    {{"plex_tuner_guide_programmes", "gauge", "Programmes in the guide last built."},
        [](const F& f) {
            return number(f.refresh.guide_programmes.load());
        }},
    {{"plex_tuner_guide_channels_with_data", "gauge", "Channels with programmes from a source."},
        [](const F& f) {
            return number(f.refresh.guide_channels_with_data.load());
        }},
    {{"plex_tuner_guide_bytes", "gauge", "Size of guide.xml."},
        [](const F& f) {
            return f.snapshot.guide ? number(f.snapshot.guide->plain.body.length) : 0.0;
        }},
    {{"plex_tuner_last_refresh_timestamp_seconds", "gauge",
         "Unix time of the last refresh that succeeded; 0 for none."},
        [](const F& f) {
            return f.snapshot.last_refresh
                       ? number(f.snapshot.last_refresh->time_since_epoch().count())
                       : 0.0;
        }},
    {{"plex_tuner_refreshes_total", "counter", "Refreshes begun."},
        [](const F& f) {
            return number(f.refresh.refreshes.load());
        }},
    {{"plex_tuner_playlist_failures_total", "counter", "Refreshes whose playlist was not usable."},
        [](const F& f) {
            return number(f.refresh.playlist_failures.load());
        }},
    {{"plex_tuner_guide_failures_total", "counter",
         "Refreshes with a guide source that was not usable."},
        [](const F& f) {
            return number(f.refresh.guide_failures.load());
        }},
    {{"plex_tuner_playlist_skipped_lines", "gauge",
         "Lines of the playlist last read that were skipped."},
        [](const F& f) {
            return number(f.refresh.playlist_skipped_lines.load());
        }},
    {{"plex_tuner_tuners", "gauge", "Tuners advertised."},
        [](const F& f) {
            return number(f.tuner_count);
        }},
    {{"plex_tuner_tuners_in_use", "gauge", "Tuners with viewers."},
        [](const F& f) {
            return number(f.tuners_in_use);
        }},
    {{"plex_tuner_viewers", "gauge", "Viewers being served."},
        [](const F& f) {
            return number(f.gateway.viewers_open);
        }},
    {{"plex_tuner_upstreams", "gauge", "Upstream sessions open."},
        [](const F& f) {
            return number(f.gateway.upstream_open);
        }},
    {{"plex_tuner_viewers_total", "counter", "Viewers served since the start."},
        [](const F& f) {
            return number(f.gateway.viewers_total);
        }},
    {{"plex_tuner_viewers_lapped_total", "counter", "Times a slow viewer was moved forward."},
        [](const F& f) {
            return number(f.gateway.viewers_lapped);
        }},
    {{"plex_tuner_viewers_dropped_total", "counter", "Viewers dropped for being too slow."},
        [](const F& f) {
            return number(f.gateway.viewers_dropped);
        }},
    {{"plex_tuner_tuners_exhausted_total", "counter",
         "Requests refused because all tuners were in use."},
        [](const F& f) {
            return number(f.gateway.rejected_all_tuners_in_use);
        }},
    {{"plex_tuner_upstream_connects_total", "counter", "Upstream sessions opened."},
        [](const F& f) {
            return number(f.gateway.upstream_connects);
        }},
    {{"plex_tuner_upstream_failures_total", "counter",
         "Upstream attempts and sessions that failed."},
        [](const F& f) {
            return number(f.gateway.upstream_failures);
        }},
    {{"plex_tuner_upstream_bytes_total", "counter", "Stream bytes received from providers."},
        [](const F& f) {
            return number(f.gateway.bytes_in);
        }},
    {{"plex_tuner_viewer_bytes_total", "counter", "Stream bytes sent to viewers."},
        [](const F& f) {
            return number(f.gateway.bytes_out);
        }},
    {{"plex_tuner_ts_continuity_errors_total", "counter",
         "Continuity errors in what providers sent."},
        [](const F& f) {
            return number(f.gateway.continuity_errors);
        }},
    {{"plex_tuner_ts_sync_losses_total", "counter",
         "Times packet alignment was lost and found again."},
        [](const F& f) {
            return number(f.gateway.sync_losses);
        }},
    {{"plex_tuner_ts_dropped_packets_total", "counter",
         "Damaged packets left out of what viewers get."},
        [](const F& f) {
            return number(f.gateway.dropped_packets);
        }},
    {{"plex_tuner_ts_damaged_units_total", "counter",
         "Pictures and pieces of sound left out because packets of them were missing."},
        [](const F& f) {
            return number(f.gateway.damaged_units);
        }},
    {{"plex_tuner_ts_splices_total", "counter",
         "Seams in a stream, and jumps of its clock, that viewers do not see."},
        [](const F& f) {
            return number(f.gateway.splices);
        }},
    {{"plex_tuner_ts_damaged_tables_total", "counter", "PAT and PMT sections that were of no use."},
        [](const F& f) {
            return number(f.gateway.damaged_tables);
        }},
    {{"plex_tuner_hls_segments_missed_total", "counter",
         "HLS segments gone before they could be fetched."},
        [](const F& f) {
            return number(f.gateway.segments_missed);
        }},
    {{"plex_tuner_hls_sound_lost_total", "counter",
         "HLS segments of sound with a playlist of its own that could not be had."},
        [](const F& f) {
            return number(f.gateway.sound_lost);
        }},
    {{"plex_tuner_rtp_packets_lost_total", "counter", "Packets of RTP sources that never came."},
        [](const F& f) {
            return number(f.gateway.datagrams_lost);
        }},
    {{"plex_tuner_debug_tee_dropped_bytes_total", "counter",
         "Bytes left out of debug copies because the disk was too slow."},
        [](const F& f) {
            return number(f.gateway.tee_bytes_dropped);
        }},
    {{"plex_tuner_http_connections", "gauge", "HTTP connections open."},
        [](const F& f) {
            return number(f.http.connections_open.load());
        }},
    {{"plex_tuner_http_connections_total", "counter", "HTTP connections accepted."},
        [](const F& f) {
            return number(f.http.connections_accepted.load());
        }},
    {{"plex_tuner_http_connections_refused_total", "counter", "HTTP connections over the limit."},
        [](const F& f) {
            return number(f.http.connections_refused.load());
        }},
    {{"plex_tuner_http_requests_total", "counter", "HTTP requests read."},
        [](const F& f) {
            return number(f.http.requests.load());
        }},
    {{"plex_tuner_http_bad_requests_total", "counter",
         "HTTP requests that were malformed or over a limit."},
        [](const F& f) {
            return number(f.http.bad_requests.load());
        }},
    {{"plex_tuner_http_sent_bytes_total", "counter", "Bytes sent over HTTP, streams included."},
        [](const F& f) {
            return number(f.http.bytes_sent.load());
        }},
    {{"process_resident_memory_bytes", "gauge", "Resident memory size in bytes."},
        [](const F&) {
            return resident_bytes();
        }},
    {{"process_start_time_seconds", "gauge", "Unix time this process started."},
        [](const F& f) {
            return number(f.started.time_since_epoch().count());
        }},
});

struct ProviderMetric {
    MetricDescription description;
    double (*value)(const state::GovernorStatus&, WallTime now);
};

constexpr auto kProviderMetrics = std::to_array<ProviderMetric>({
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

constexpr auto kAccountMetrics = std::to_array<AccountMetric>({
    {{"plex_tuner_account_viewer_connections", "gauge",
         "Connections of viewers, of all processes of this machine."},
        &connections_of<state::SlotKind::viewer>},
    {{"plex_tuner_account_vod_connections", "gauge",
         "Connections for films and episodes, of all processes of this machine."},
        &connections_of<state::SlotKind::vod>},
    {{"plex_tuner_account_probe_connections", "gauge",
         "Connections of tests, which viewers may interrupt, of all processes of this machine."},
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

constexpr auto kFailoverMetrics = std::to_array<FailoverMetric>({
    {{"plex_tuner_failovers_total", "counter", "Sources of channels that were left, by reason."},
        [](gateway::FailoverReason reason, const MetricsFacts& facts) {
            return number(facts.gateway.failovers[static_cast<std::size_t>(reason)]);
        }},
});

std::vector<gateway::FailoverReason> failover_reasons() {
    std::vector<gateway::FailoverReason> reasons;
    for (std::size_t i = 0; i < gateway::kFailoverReasons; ++i) {
        reasons.push_back(static_cast<gateway::FailoverReason>(i));
    }
    return reasons;
}

void add_head(std::string& out, const MetricDescription& description) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n", description.name,
        description.type, description.help);
}

/// One line for each of `subjects`, under its label; nothing where there is none.
template <class Metrics, class Subject, class Context, class Label>
void add_rows(std::string& out, const Metrics& metrics, const std::vector<Subject>& subjects,
    const Context& context, Label label) {
    if (subjects.empty()) {
        return;
    }
    for (const auto& metric : metrics) {
        add_head(out, metric.description);
        for (const Subject& subject : subjects) {
            fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", metric.description.name,
                label(subject), metric.value(subject, context));
        }
    }
}

/// One that has a table of its own, as its lines are made otherwise.
struct Described {
    MetricDescription description;
};

template <class... Tables>
constexpr auto descriptions_of(const Tables&... tables) {
    std::array<MetricDescription, (std::tuple_size_v<Tables> + ...)> all;
    std::size_t next = 0;
    const auto add = [&](const auto& table) {
        for (const auto& metric : table) {
            all[next++] = metric.description;
        }
    };
    (add(tables), ...);
    return all;
}

constexpr auto kDescriptions = descriptions_of(kMetrics, kProviderMetrics, kAccountMetrics,
    kFailoverMetrics, kRegistrationMetrics, kPlexReaperMetrics, kEmbyReaperMetrics, kVodMetrics,
    std::to_array<Described>({{kVodFailures}}), kStreamMetrics);

/// Those of a part of the program that there is one of.
template <class Metrics, class Status>
void add_part(std::string& out, const Metrics& metrics, const Status& status) {
    for (const auto& metric : metrics) {
        add_head(out, metric.description);
        fmt::format_to(
            std::back_inserter(out), "{} {}\n", metric.description.name, metric.value(status));
    }
}

void add_films(std::string& out, const vodfs::MountStatus& films) {
    add_part(out, kVodMetrics, films);
    add_head(out, kVodFailures);
    for (std::size_t i = 0; i < vodfs::kSourceFailures; ++i) {
        fmt::format_to(std::back_inserter(out), "{}{{reason=\"{}\"}} {}\n", kVodFailures.name,
            to_string(static_cast<vodfs::SourceFailure>(i)), films.provider_failures[i]);
    }
}

} // namespace

std::span<const MetricDescription> metric_descriptions() {
    return kDescriptions;
}

std::string metrics_text(const MetricsFacts& facts) {
    std::string out = fmt::format("# HELP plex_tuner_build_info Version of the program.\n"
                                  "# TYPE plex_tuner_build_info gauge\n"
                                  "plex_tuner_build_info{{version=\"{}\"}} 1\n",
        facts.version);
    for (const Metric& metric : kMetrics) {
        const auto& [name, type, help] = metric.description;
        fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name,
            type, help, metric.value(facts));
    }
    add_rows(out, kProviderMetrics, facts.providers, facts.now,
        [](const state::GovernorStatus& provider) { return "provider=\"" + provider.key + "\""; });
    add_rows(out, kAccountMetrics, facts.accounts, facts.now,
        [](const state::AccountSlots& account) { return "account=\"" + account.account + "\""; });
    add_rows(out, kFailoverMetrics, failover_reasons(), facts, [](gateway::FailoverReason reason) {
        return "reason=\"" + std::string(to_string(reason)) + "\"";
    });
    add_rows(
        out, kRegistrationMetrics, facts.registrations, facts, [](const RegistrationStatus& one) {
            return "server=\"" + ascii::lower(one.server) + "\"";
        });
    if (facts.plex_reaper) {
        add_part(out, kPlexReaperMetrics, *facts.plex_reaper);
    }
    add_rows(out, kEmbyReaperMetrics, facts.emby_reapers, facts,
        [](const EmbyReaperStatus& one) { return "server=\"" + ascii::lower(one.server) + "\""; });
    if (facts.films) {
        add_films(out, *facts.films);
    }
    std::vector<gateway::TunerStatus> open;
    std::ranges::copy_if(facts.tuners, std::back_inserter(open),
        [](const gateway::TunerStatus& tuner) { return !tuner.channel_id.empty(); });
    add_rows(out, kStreamMetrics, open, facts, [](const gateway::TunerStatus& tuner) {
        return "tuner=\"" + std::to_string(tuner.index) + "\"";
    });
    return out;
}

} // namespace plex_tuner::engine
