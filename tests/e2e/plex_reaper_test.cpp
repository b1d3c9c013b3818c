// SPDX-License-Identifier: GPL-3.0-or-later
// Viewers come and go in Plex, with and without saying so, and a running tuner frees what they
// left.
#include "playlists.hpp"
#include "support/fake_pms.hpp"
#include "support/media.hpp"
#include "support/tuner.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kDeviceId = "1043A003";
constexpr const char* kInCharge = "plex_tuner_plex_reaper_in_charge";
constexpr const char* kStops = "plex_tuner_plex_reaper_stops_total";

class PlexReaper : public ::testing::Test {
protected:
    using Settings = std::map<std::string, std::string>;

    PlexReaper() {
        provider_.on("/1.ts", behave::endless(h264_clip(), 600'000));
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")}})));
    }

    [[nodiscard]] TunerOptions options(Settings settings = {}) const {
        settings.insert({{"M3U_URL", provider_.url("/list.m3u")}, {"DEVICE_ID", kDeviceId},
            {"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}, {"PLEX_SESSION_REAPER", "1"},
            {"PLEX_SESSION_REAPER_POLL_S", "0.1"}, {"PLEX_SESSION_REAPER_IDLE_S", "1"},
            {"PLEX_SESSION_REAPER_RENEW_LEASE_S", "1.5"}, {"WRITE_DEADLINE", "60s"}});
        return {.settings = std::move(settings)};
    }

    void start(Settings settings = {}) {
        start_deaf(std::move(settings));
        ASSERT_TRUE(sessions().wait_for_listener()) << log();
    }

    void start_deaf(Settings settings = {}) {
        tuner_.start(options(std::move(settings)));
        ASSERT_TRUE(tuner_.wait_until_ready());
        pms_.add_device(kDeviceId, tuner_.url(""), "Silicondust", "Living Room");
        ASSERT_TRUE(tuner_.wait_for_metric(kInCharge, 1)) << log();
    }

    /// A client that has been there for some reports.
    void come(PmsViewer viewer) {
        sessions().add(std::move(viewer));
        ASSERT_TRUE(sessions().wait_for_lists(6));
    }

    /// Nobody hears of it any more; what it started goes on.
    void vanish(const std::string& name) {
        sessions().change(name, [](PmsViewer& viewer) { viewer.reports = false; });
    }

    FakePmsSessions& sessions() { return pms_.sessions(); }

    [[nodiscard]] std::string log() { return tuner_.process().stderr_text(); }

    ScriptedProvider provider_;
    FakePms pms_;
    Tuner tuner_;
};

TEST_F(PlexReaper, AClosedTabIsFreedAndWhoWatchesIsNot) {
    start();
    const StreamClient plex(tuner_.port(), "/auto/v1"); // one grab for both
    come({.name = "sofa"});
    come({.name = "tab"});
    vanish("tab");
    ASSERT_TRUE(sessions().wait_until_gone("tab")) << log();
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-tab"));
    ASSERT_TRUE(sessions().wait_for_lists(30));
    EXPECT_TRUE(sessions().viewer("sofa"));
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-tab"));

    const auto line = tuner_.process().wait_for_line({"plex-reaper: stop transcode=trans-tab "});
    ASSERT_TRUE(line) << log();
    for (const char* word : {"live=live-tab", "ip=10.0.0.9", "client=", "state=playing",
             "title=News", "why=renew", "idle=", "renew=", "age=", "maxOffset="}) {
        EXPECT_THAT(*line, HasSubstr(word));
    }
    EXPECT_EQ(tuner_.metric(kStops), 1);
    EXPECT_EQ(tuner_.metric("plex_tuner_plex_live_sessions"), 1);
    EXPECT_EQ(tuner_.metric("plex_tuner_plex_reaper_hears_events"), 1);
}

TEST_F(PlexReaper, APausedViewerIsLeftAloneWhileOthersAreFreed) {
    start();
    come({.name = "paused", .state = "paused"});
    come({.name = "asleep", .state = "paused"});
    vanish("asleep"); // a television that says nothing while it is paused
    come({.name = "tab"});
    vanish("tab");
    ASSERT_TRUE(sessions().wait_until_gone("tab")) << log();
    ASSERT_TRUE(sessions().wait_for_lists(30));
    EXPECT_TRUE(sessions().viewer("paused"));
    EXPECT_TRUE(sessions().viewer("asleep"));
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-tab"));
}

TEST_F(PlexReaper, ATelevisionWhoseInputWasSwitchedIsFreedAfterItsPause) {
    start({{"PLEX_SESSION_REAPER_PAUSE_S", "2"}});
    come({.name = "sofa", .state = "paused"});
    come({.name = "television"});
    sessions().change("television", [](PmsViewer& viewer) { viewer.state = "paused"; });
    ASSERT_TRUE(sessions().wait_for_lists(2));
    vanish("television");
    ASSERT_TRUE(sessions().wait_until_gone("television")) << log();
    EXPECT_THAT(log(), HasSubstr("state=paused"));
    EXPECT_TRUE(sessions().viewer("sofa"));
}

TEST_F(PlexReaper, ADirectStreamThatNoTunerSendsIsTerminated) {
    start({{"PLEX_SESSION_REAPER_RENEW_LEASE_S", "0"}});
    come({.name = "direct", .channel = "1", .direct = true});
    come({.name = "sofa", .channel = "1"});
    vanish("direct");
    ASSERT_TRUE(sessions().wait_until_gone("direct")) << log();
    EXPECT_THAT(sessions().ends(),
        ElementsAre(
            "terminate sess-direct by GET: plex-tuner: nobody seems to watch this any more"));
    EXPECT_TRUE(sessions().viewer("sofa"));
    EXPECT_THAT(log(), HasSubstr("why=idle"));
}

TEST_F(PlexReaper, WithoutThatLeaseWhatATunerSendsIsLeftAlone) {
    start({{"PLEX_SESSION_REAPER_RENEW_LEASE_S", "0"}});
    const StreamClient plex(tuner_.port(), "/auto/v1");
    come({.name = "sent", .channel = "1"});
    come({.name = "dry", .channel = "7"}); // of no tuner that is open
    vanish("sent");
    vanish("dry");
    ASSERT_TRUE(sessions().wait_until_gone("dry")) << log();
    ASSERT_TRUE(sessions().wait_for_lists(20));
    EXPECT_TRUE(sessions().viewer("sent"));
}

TEST_F(PlexReaper, WhatPlexFetchesForItselfIsNoViewer) {
    start();
    come({.name = "recording", .product = "Lavf", .platform = "Plex Media Server"});
    come({.name = "film", .is_live = false});
    come({.name = "tab"});
    for (const char* name : {"recording", "film", "tab"}) {
        vanish(name);
    }
    ASSERT_TRUE(sessions().wait_until_gone("tab")) << log();
    ASSERT_TRUE(sessions().wait_for_lists(20));
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-tab"));
}

TEST_F(PlexReaper, WithoutEventsThePlaceInTheProgrammeTells) {
    sessions().script([](FakePmsSessions::Script& script) { script.has_events = false; });
    start_deaf();
    const StreamClient plex(tuner_.port(), "/auto/v1");
    come({.name = "sofa", .shows_offset = true});
    come({.name = "silent"}); // perhaps somebody watches; there is no telling
    come({.name = "tab", .shows_offset = true});
    vanish("tab");
    ASSERT_TRUE(sessions().wait_until_gone("tab")) << log();
    ASSERT_TRUE(sessions().wait_for_lists(20));
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-tab"));
    EXPECT_THAT(log(), HasSubstr("events cannot be heard"));
    EXPECT_EQ(tuner_.metric("plex_tuner_plex_reaper_hears_events"), 0);
}

TEST_F(PlexReaper, ARestartOfTheServerEndsNobodysEvening) {
    sessions().script([](FakePmsSessions::Script& script) {
        script.line_end = "\r\n";
        script.in_many_lines = true;
    });
    start();
    come({.name = "sofa"});
    pms_.answer_next(std::vector<int>(20, 503));
    sessions().clear();
    sessions().cut_events();
    ASSERT_TRUE(sessions().wait_for_lists(1)) << log();
    ASSERT_TRUE(sessions().wait_for_listener());
    EXPECT_GE(tuner_.metric("plex_tuner_plex_reaper_look_failures_total"), 1);
    come({.name = "sofa"}); // it plays on, under a key that another had
    come({.name = "tab"});
    vanish("tab");
    ASSERT_TRUE(sessions().wait_until_gone("tab")) << log();
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-tab"));
    EXPECT_TRUE(sessions().viewer("sofa"));
}

TEST_F(PlexReaper, WithoutAPassWhatCannotBeEndedIsSaid) {
    sessions().script([](FakePmsSessions::Script& script) { script.has_pass = false; });
    start();
    come({.name = "direct", .direct = true});
    vanish("direct");
    EXPECT_TRUE(tuner_.process().wait_for_line({"it is tried again", "Plex Pass"})) << log();
    EXPECT_TRUE(sessions().viewer("direct"));
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_plex_reaper_stop_failures_total", 1));
}

TEST_F(PlexReaper, OneProcessIsInChargeAndAnotherFollowsIt) {
    start();
    Tuner second;
    auto shared = options({{"SHARED_DIR", (tuner_.directory() / "shared").string()},
        {"DEVICE_ID", "1043A014"}, {"LOG_LEVEL", "debug"}});
    shared.settings["DEVICE_ID"] = "1043A014";
    second.start(shared);
    ASSERT_TRUE(second.process().wait_for_line({"another process looks after"}))
        << second.process().stderr_text();
    EXPECT_EQ(second.metric(kInCharge), 0);
    tuner_.kill(); // no time to give anything back
    ASSERT_TRUE(second.wait_for_metric(kInCharge, 1)) << second.process().stderr_text();
    ASSERT_TRUE(second.wait_for_metric("plex_tuner_plex_reaper_hears_events", 1));
    come({.name = "tab"});
    vanish("tab");
    EXPECT_TRUE(sessions().wait_until_gone("tab")) << second.process().stderr_text();
}

TEST_F(PlexReaper, TheTokenIsNowhereAndStoppingIsQuick) {
    start({{"LOG_LEVEL", "debug"}});
    come({.name = "tab"});
    vanish("tab");
    ASSERT_TRUE(sessions().wait_until_gone("tab")) << log();
    std::ifstream arguments("/proc/" + std::to_string(tuner_.process().pid()) + "/cmdline");
    const std::string shown{std::istreambuf_iterator<char>(arguments), {}};
    EXPECT_EQ(tuner_.stop(), 0) << log();
    EXPECT_THAT(log() + shown, Not(HasSubstr(pms_.token())));
    EXPECT_EQ(pms_.tokens_in_addresses(), 0);
}

TEST_F(PlexReaper, IsOffUnlessAskedForAndSaysWhatItNeeds) {
    auto off = options();
    off.settings.erase("PLEX_SESSION_REAPER");
    tuner_.start(off);
    ASSERT_TRUE(tuner_.wait_until_ready());
    EXPECT_EQ(tuner_.metric(kInCharge), -1);
    EXPECT_THAT(pms_.requests(), IsEmpty());
    ASSERT_EQ(tuner_.stop(), 0);

    auto nothing_to_do = options();
    nothing_to_do.settings["PLEX_SESSION_REAPER_IDLE_S"] = "0";
    nothing_to_do.settings["PLEX_SESSION_REAPER_RENEW_LEASE_S"] = "0";
    tuner_.launch(nothing_to_do);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(20)), 2);
    EXPECT_THAT(log(), HasSubstr("_RENEW_LEASE_S"));

    auto no_server = options();
    no_server.settings.erase("PMS_URL");
    tuner_.launch(no_server);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(20)), 2);
    EXPECT_THAT(log(), HasSubstr("PLEX_TUNER_PMS_URL"));
}

} // namespace
} // namespace plex_tuner::testing
