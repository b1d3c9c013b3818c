// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet_metrics.hpp"
#include "process_memory.hpp"

#include <plex_tuner/fleet/status.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace plex_tuner::fleet {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

FleetStatus example() {
    return {.version = "1.2.3",
        .children = {{.name = "sports",
                         .state = "ready",
                         .pid = 41,
                         .port = 5101,
                         .device_id = "10439EFD",
                         .channels = 300,
                         .viewers = 2,
                         .restarts = 1,
                         .uptime_s = 3'725,
                         .pss_bytes = 30'500'000,
                         .last_end = "was killed by signal 9 (Killed)",
                         .command = "run"},
            {.name = "news", .state = "restarting", .restarts = 4, .last_end = "exited <1>"}},
        .disabled = {"films"},
        .dropped_lines = 7};
}

TEST(FleetStatus, AsATableForATerminal) {
    EXPECT_EQ(status_text(example()),
        "child   state       pid  port  channels  viewers  restarts  memory   up    last end\n"
        "sports  ready       41   5101  300       2        1         30.5 MB  1h2m  was killed by "
        "signal 9 (Killed)\n"
        "news    restarting  -    -     -         -        4         -        -     exited <1>\n"
        "all     1 of 2                 300       2        5         30.5 MB\n"
        "films is disabled\n");
}

TEST(FleetStatus, AsJson) {
    const auto json = nlohmann::json::parse(status_json(example()));
    EXPECT_EQ(json.at("version"), "1.2.3");
    EXPECT_EQ(json.at("ready"), false);
    EXPECT_EQ(json.at("children").at(0).at("channels"), 300);
    EXPECT_EQ(json.at("children").at(0).at("pss_bytes"), 30'500'000);
    EXPECT_TRUE(json.at("children").at(1).at("pid").is_null());
    EXPECT_EQ(json.at("disabled").at(0), "films");
}

TEST(FleetStatus, AsAPageItEscapesWhatIsNotOurs) {
    EXPECT_THAT(status_page(example()), AllOf(HasSubstr("exited &lt;1&gt;"), Not(HasSubstr("<1>")),
                                            HasSubstr(">sports<"), HasSubstr("Not all children")));
}

TEST(FleetStatus, IsReadyWhenAllAreWell) {
    FleetStatus status = example();
    EXPECT_FALSE(status.is_ready());
    status.children[1].state = "ended"; // an index run that is over
    EXPECT_TRUE(status.is_ready());
    for (const char* state :
        {"waiting", "starting", "not ready", "restarting", "stopping", "failed"}) {
        status.children[1].state = state;
        EXPECT_FALSE(status.is_ready()) << state;
    }
}

TEST(FleetStatus, MetricsAreTheSupervisorsAndTheChildrens) {
    const std::string text = fleet_metrics_text(
        example(), {{"sports", "# HELP plex_tuner_viewers V.\n# TYPE "
                               "plex_tuner_viewers gauge\nplex_tuner_viewers 2\n"}});
    for (const char* line : {"plex_tuner_child_up{instance=\"sports\"} 1\n",
             "plex_tuner_child_up{instance=\"news\"} 0\n",
             "plex_tuner_child_ready{instance=\"news\"} 0\n",
             "plex_tuner_child_restarts_total{instance=\"news\"} 4\n",
             "plex_tuner_child_pss_bytes{instance=\"sports\"} 30500000\n",
             "plex_tuner_supervisor_dropped_lines_total 7\n",
             "plex_tuner_viewers{instance=\"sports\"} 2\n"}) {
        EXPECT_THAT(text, HasSubstr(std::string("\n") + line));
    }
}

TEST(ProcessMemory, IsReadFromTheKernelsSummary) {
    EXPECT_EQ(pss_in_rollup("00400000-7ff [rollup]\nRss:  5000 kB\nPss:       1234 kB\nPss_Dirty: "
                            "9 kB\n"),
        1234U * 1024);
    EXPECT_FALSE(pss_in_rollup("Rss: 5000 kB\n"));
    EXPECT_GT(pss_bytes(::getpid()).value_or(0), 100'000U);
    EXPECT_FALSE(pss_bytes(0));
}

} // namespace
} // namespace plex_tuner::fleet
