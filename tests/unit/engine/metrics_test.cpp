// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_fixture.hpp"
#include "metrics.hpp"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallTime kNow{std::chrono::seconds(100)};

std::string page_of(const Snapshot& snapshot, std::vector<state::GovernorStatus> providers = {},
    std::vector<state::AccountSlots> accounts = {}) {
    const RefreshCounters refresh;
    const net::HttpServerCounters http;
    gateway::Counters gateway;
    gateway.viewers_open = 3;
    return metrics_text({snapshot, refresh, http, gateway, 1, 2, "0.1.0",
        WallTime{std::chrono::seconds(7)}, std::move(providers), kNow, std::move(accounts)});
}

TEST(Metrics, TellWhetherOtherMachinesCountToo) {
    const Snapshot snapshot;
    const RefreshCounters refresh;
    const net::HttpServerCounters http;
    MetricsFacts facts{snapshot, refresh, http, {}, 0, 0, "0.1.0", {}};
    EXPECT_THAT(metrics_text(facts), Not(HasSubstr("coordination")));
    using Phase = state::CoordinationState::Phase;
    facts.coordination = {.phase = Phase::together, .machines = 3, .redis = "r", .reason = ""};
    EXPECT_THAT(metrics_text(facts), HasSubstr("\nplex_tuner_coordination_together 1\n"));
    EXPECT_THAT(metrics_text(facts), HasSubstr("\nplex_tuner_coordination_machines 3\n"));
    facts.coordination->phase = Phase::returning;
    EXPECT_THAT(metrics_text(facts), HasSubstr("\nplex_tuner_coordination_together 0\n"));
}

TEST(Metrics, ShowValuesWithHelpAndType) {
    Snapshot snapshot;
    snapshot.lineup = lineup_of({"a", "b"});
    const std::string text = page_of(snapshot);
    EXPECT_THAT(
        text, HasSubstr("# TYPE plex_tuner_lineup_channels gauge\nplex_tuner_lineup_channels 2\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_viewers 3\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_tuners_in_use 1\n"));
    EXPECT_THAT(text, HasSubstr("\nprocess_start_time_seconds 7\n"));
    EXPECT_THAT(text, HasSubstr("plex_tuner_build_info{version=\"0.1.0\"} 1"));
}

TEST(Metrics, ProvidersHaveALineEach) {
    state::GovernorStatus busy;
    busy.key = "panel.example:80#1a2b";
    busy.in_flight = 2;
    state::GovernorStatus cooling;
    cooling.key = "other.example:80#1a2b";
    cooling.breaker = state::BreakerState::open;
    cooling.failures = 5;
    cooling.cool_down = state::Wait{.until = kNow + std::chrono::seconds(90)};
    const std::string text = page_of({}, {busy, cooling});
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_provider_requests_in_flight{provider="
                                "\"panel.example:80#1a2b\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_provider_cool_down_seconds{provider="
                                "\"panel.example:80#1a2b\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_provider_cool_down_seconds{provider="
                                "\"other.example:80#1a2b\"} 90\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_provider_breaker_open{provider="
                                "\"other.example:80#1a2b\"} 1\n"));
}

TEST(Metrics, AccountsShowWhoHoldsTheirConnections) {
    state::AccountSlots account;
    account.account = "1a2b";
    account.provider_limit = 3;
    account.learned_limit = 2;
    account.holders = {{.kind = state::SlotKind::viewer}, {.kind = state::SlotKind::probe},
        {.kind = state::SlotKind::viewer, .lingers_until = kNow + std::chrono::seconds(5)}};
    const std::string text = page_of({}, {}, {account});
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_account_viewer_connections{account=\"1a2b\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_account_vod_connections{account=\"1a2b\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_account_probe_connections{account=\"1a2b\"} 1\n"));
    EXPECT_THAT(
        text, HasSubstr("\nplex_tuner_account_lingering_connections{account=\"1a2b\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nplex_tuner_account_connection_limit{account=\"1a2b\"} 2\n"));
}

TEST(Metrics, TunersThatAreOpenHaveALineEach) {
    gateway::TunerStatus open;
    open.index = 1;
    open.channel_id = "a";
    open.bits_per_second = 4'400'000;
    open.insight = {.key_frames = {.count = 2, .min = 90'000, .max = 270'000, .sum = 360'000},
        .clock = {.interval = {.count = 1, .min = 540'000, .max = 540'000, .sum = 540'000},
            .jitter = 2'700'000},
        .continuity_errors = 3,
        .damaged_units = 1,
        .splices = 2};
    const RefreshCounters refresh;
    const net::HttpServerCounters http;
    const Snapshot snapshot;
    const std::string text = metrics_text({snapshot, refresh, http, {}, 1, 2, "0.1.0", {}, {}, kNow,
        {}, {gateway::TunerStatus{}, open}});
    for (const char* line :
        {"bits_per_second{tuner=\"1\"} 4400000\n", "key_frame_interval_seconds{tuner=\"1\"} 2\n",
            "key_frame_interval_max_seconds{tuner=\"1\"} 3\n",
            "pcr_interval_seconds{tuner=\"1\"} 0.02\n",
            "pcr_interval_max_seconds{tuner=\"1\"} 0.02\n", "pcr_jitter_seconds{tuner=\"1\"} 0.1\n",
            "continuity_errors{tuner=\"1\"} 3\n", "damaged_units{tuner=\"1\"} 1\n",
            "splices{tuner=\"1\"} 2\n"}) {
        EXPECT_THAT(text, HasSubstr(std::string("\nplex_tuner_stream_") + line));
    }
    EXPECT_THAT(text, ::testing::Not(HasSubstr("tuner=\"0\"")));
}

TEST(Metrics, FilmsAreThereWhereTheyAreMounted) {
    const RefreshCounters refresh;
    const net::HttpServerCounters http;
    const Snapshot snapshot;
    EXPECT_THAT(page_of(snapshot), ::testing::Not(HasSubstr("plex_tuner_vod_")));
    VodMountStatus films{{.mount_point = "/mnt",
                             .films = 6,
                             .files_open = 2,
                             .cache_read_bytes = 100,
                             .provider_bytes = 70,
                             .sizes_known = 4,
                             .sizes_unknown = 2},
        {.scans = 5, .failures = 1}};
    films.provider_failures[static_cast<std::size_t>(vodfs::SourceFailure::over_limit)] = 3;
    const std::string text =
        metrics_text({snapshot, refresh, http, {}, 1, 2, "0.1.0", {}, {}, kNow, {}, {}, films});
    for (const char* line :
        {"films 6\n", "open_files 2\n", "cache_read_bytes_total 100\n", "provider_bytes_total 70\n",
            "sizes_known 4\n", "sizes_unknown 2\n", "library_scans_total 5\n",
            "library_scan_failures_total 1\n", "provider_failures_total{reason=\"over_limit\"} 3\n",
            "provider_failures_total{reason=\"network\"} 0\n"}) {
        EXPECT_THAT(text, HasSubstr(std::string("\nplex_tuner_vod_") + line));
    }
}

TEST(Metrics, CountersAreNamedAsCounters) {
    for (const MetricDescription& metric : metric_descriptions()) {
        EXPECT_EQ(metric.name.ends_with("_total"), metric.type == "counter") << metric.name;
        EXPECT_FALSE(metric.help.empty()) << metric.name;
    }
}

TEST(Metrics, AreAllInTheReferencePage) {
    std::string expected =
        "# Metrics\n\n`/metrics` in Prometheus' text format, besides "
        "`plex_tuner_build_info{version=\"…\"}`:\n\n| metric | type | |\n|---|---|---|\n";
    for (const MetricDescription& metric : metric_descriptions()) {
        expected += "| `" + std::string(metric.name) + "` | " + std::string(metric.type) + " | " +
                    std::string(metric.help) + " |\n";
    }
    std::ifstream page(PT_SOURCE_DIR "/docs/reference/metrics.md");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(page), {}), expected)
        << "docs/reference/metrics.md must be exactly this";
}

TEST(Metrics, TheDashboardAsksForNoOthers) {
    std::ifstream file(PT_SOURCE_DIR "/packaging/grafana/plex-tuner.json");
    const std::string dashboard(std::istreambuf_iterator<char>(file), {});
    const std::regex metric("\\b(plex_tuner|process)_[a-z_]+");
    std::set<std::string> asked_for;
    for (std::sregex_iterator at(dashboard.begin(), dashboard.end(), metric), end; at != end;
        ++at) {
        asked_for.insert(at->str());
    }
    EXPECT_GT(asked_for.size(), 40U);
    std::set<std::string> known;
    for (const MetricDescription& one : metric_descriptions()) {
        known.emplace(one.name);
    }
    for (const std::string& name : asked_for) {
        EXPECT_TRUE(known.contains(name)) << name;
    }
}

} // namespace
} // namespace plex_tuner::engine
