// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics.hpp"

#include "coordination_metrics.hpp"
#include "core_metrics.hpp"
#include "emby_reaper_metrics.hpp"
#include "plex_reaper_metrics.hpp"
#include "registration_metrics.hpp"
#include "stream_metrics.hpp"
#include "vod_metrics.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

namespace plex_tuner::engine {

namespace {

std::vector<gateway::FailoverReason> failover_reasons() {
    std::vector<gateway::FailoverReason> reasons;
    reasons.reserve(gateway::kFailoverReasons);
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
    kCoordinationMetrics, kFailoverMetrics, kRegistrationMetrics, kPlexReaperMetrics,
    kEmbyReaperMetrics, kVodMetrics, std::to_array<Described>({{kVodFailures}}), kStreamMetrics);

/// Those of a part of the program that there is one of.
template <class Metrics, class Status>
void add_part(std::string& out, const Metrics& metrics, const Status& status) {
    for (const auto& metric : metrics) {
        add_head(out, metric.description);
        fmt::format_to(
            std::back_inserter(out), "{} {}\n", metric.description.name, metric.value(status));
    }
}

void add_films(std::string& out, const VodMountStatus& films) {
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
    if (facts.coordination) {
        add_part(out, kCoordinationMetrics, *facts.coordination);
    }
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
