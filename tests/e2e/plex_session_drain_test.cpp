// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fake_pms.hpp"
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

class PlexSessionDrain : public ::testing::Test {
protected:
    struct Outcome {
        int code = -1;
        std::string out;
        std::string log;
    };

    void launch(std::vector<std::string> flags) {
        command_.launch({.subcommand = "plex-session-drain",
            .flags = std::move(flags),
            .settings = {{"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}}});
    }

    Outcome wait() {
        Outcome outcome;
        outcome.code = command_.process().wait(std::chrono::seconds(60)).value_or(-1);
        outcome.out = command_.process().stdout_text();
        outcome.log = command_.process().stderr_text();
        EXPECT_THAT(outcome.log + outcome.out, Not(HasSubstr(pms_.token())));
        EXPECT_EQ(pms_.tokens_in_addresses(), 0);
        return outcome;
    }

    Outcome drain(std::vector<std::string> flags = {}) {
        flags.insert(flags.end(), {"-poll", "0.1"});
        launch(std::move(flags));
        return wait();
    }

    FakePmsSessions& sessions() { return pms_.sessions(); }

    FakePms pms_;
    Tuner command_;
};

TEST_F(PlexSessionDrain, EndsAllLiveTvAndWaitsUntilItIsGone) {
    sessions().add({.name = "a", .lingers = 3});
    sessions().add({.name = "b", .direct = true});
    sessions().add({.name = "film", .is_live = false});
    sessions().add({.name = "recording", .platform = "Plex Media Server"});
    const Outcome done = drain();
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_THAT(done.out, HasSubstr("LIVE_MATCHED 2\n"));
    EXPECT_THAT(done.out, HasSubstr("LIVE transcode=trans-a live=live-a ip=10.0.0.9"));
    EXPECT_THAT(done.out, HasSubstr("STOP transcode=trans-a"));
    EXPECT_THAT(done.out, HasSubstr("STOP transcode=- live=live-b"));
    EXPECT_THAT(done.out, HasSubstr("DRAIN OK\n"));
    EXPECT_EQ(sessions().ends().size(), 2U);
    EXPECT_EQ(sessions().viewers().size(), 2U);
}

TEST_F(PlexSessionDrain, WithNobodyThereIsDoneAtOnce) {
    const Outcome done = drain({"-all-live"});
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_EQ(done.out, "LIVE_MATCHED 0\nDRAIN OK\n");
}

TEST_F(PlexSessionDrain, WhatStaysIsATimeout) {
    sessions().add({.name = "a", .deaf = true});
    const Outcome done = drain({"-wait", "0.5"});
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.out, HasSubstr("DRAIN TIMEOUT left=1\n"));
    EXPECT_EQ(sessions().ends().size(), 1U);
}

TEST_F(PlexSessionDrain, TakesTheClientsThatAreMeant) {
    sessions().add({.name = "a", .address = "10.0.0.9"});
    sessions().add({.name = "b", .address = "10.0.0.90"});
    sessions().add({.name = "c", .address = "10.0.0.91"});
    EXPECT_EQ(drain({"-player-ip", "10.0.0.9"}).code, 0);
    EXPECT_EQ(drain({"-machine-id=client-c"}).code, 0);
    EXPECT_THAT(sessions().ends(), ElementsAre("stop trans-a", "stop trans-c"));
}

TEST_F(PlexSessionDrain, ADryRunEndsNothing) {
    sessions().add({.name = "a"});
    const Outcome done = drain({"-dry-run"});
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_THAT(done.out, HasSubstr("STOP transcode=trans-a"));
    EXPECT_THAT(done.out, HasSubstr("dry_run=1"));
    EXPECT_THAT(sessions().ends(), IsEmpty());
}

TEST_F(PlexSessionDrain, WaitsUntilAClientIsGone) {
    sessions().add({.name = "a"});
    launch({"-renew-lease-seconds", "1", "-wait", "40", "-poll", "0.1"});
    ASSERT_TRUE(sessions().wait_for_listener());
    ASSERT_TRUE(sessions().wait_for_lists(6));
    EXPECT_THAT(sessions().ends(), IsEmpty());
    sessions().change("a", [](PmsViewer& viewer) { viewer.reports = false; });
    const Outcome done = wait();
    EXPECT_EQ(done.code, 0) << done.log << done.out;
    EXPECT_THAT(done.out, HasSubstr("why=renew"));
    EXPECT_THAT(done.out, HasSubstr("IDLE_WAIT OK\n"));
}

TEST_F(PlexSessionDrain, AClientThatWatchesOutlastsTheWait) {
    sessions().add({.name = "a"});
    const Outcome done = drain({"-renew-lease-seconds", "0.5", "-wait", "2"});
    EXPECT_EQ(done.code, 2);
    EXPECT_THAT(done.out, HasSubstr("IDLE_WAIT TIMEOUT left=1\n"));
    EXPECT_THAT(sessions().ends(), IsEmpty());
}

TEST_F(PlexSessionDrain, WatchesOverALostServerAndLaterClients) {
    launch({"-watch", "-sse", "-renew-lease-seconds", "1", "-watch-runtime", "30", "-poll", "0.1"});
    ASSERT_TRUE(sessions().wait_for_listener());
    sessions().add({.name = "a"});
    ASSERT_TRUE(sessions().wait_for_lists(6));
    sessions().cut_events();
    ASSERT_TRUE(sessions().wait_for_listener());
    ASSERT_TRUE(sessions().wait_for_lists(6));
    sessions().change("a", [](PmsViewer& viewer) { viewer.reports = false; });
    EXPECT_TRUE(sessions().wait_until_gone("a"));
    EXPECT_THAT(command_.process().stdout_text(), HasSubstr("WATCH_START\n"));
    EXPECT_THAT(command_.process().stdout_text(), HasSubstr("STOP transcode=trans-a"));
    command_.kill();
}

TEST_F(PlexSessionDrain, TheWatchEnds) {
    const Outcome done = drain({"-watch", "-idle-seconds", "1", "-watch-runtime", "0.3"});
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_THAT(done.out, HasSubstr("WATCH_END\n"));
}

TEST_F(PlexSessionDrain, SaysWhatItDoesNotTake) {
    const std::pair<std::vector<std::string>, const char*> wrong[] = {
        {{"-pms-log-cmd", "kubectl logs"}, "not supported"}, {{"-watch"}, "-watch needs"},
        {{"-all-live", "-player-ip", "10.0.0.9"}, "-all-live means all"},
        {{"-wait", "soon"}, "-wait takes seconds"}, {{"-poll", "0"}, "-poll takes seconds"},
        {{"-watch-runtime", "5"}, "-watch-runtime is for -watch"}};
    for (const auto& [flags, words] : wrong) {
        launch(flags);
        const Outcome done = wait();
        EXPECT_EQ(done.code, 2) << words;
        EXPECT_THAT(done.log, HasSubstr(words));
    }
    EXPECT_THAT(pms_.requests(), IsEmpty());
}

TEST_F(PlexSessionDrain, ATokenGivenAsAFlagIsNotInTheListOfProcesses) {
    command_.launch({.subcommand = "plex-session-drain",
        .flags = {
            "-watch", "-idle-seconds", "1", "-plex-url", pms_.url(), "-token", pms_.token()}});
    ASSERT_TRUE(sessions().wait_for_lists(1));
    std::ifstream arguments("/proc/" + std::to_string(command_.process().pid()) + "/cmdline");
    const std::string shown{std::istreambuf_iterator<char>(arguments), {}};
    EXPECT_THAT(shown, HasSubstr("-token"));
    EXPECT_THAT(shown, Not(HasSubstr(pms_.token())));
    command_.kill();
}

TEST_F(PlexSessionDrain, AServerThatRefusesIsAFailure) {
    command_.launch({.subcommand = "plex-session-drain",
        .settings = {{"PMS_URL", pms_.url()}, {"PMS_TOKEN", "of-another"}}});
    const Outcome done = wait();
    EXPECT_EQ(done.code, 1);
    EXPECT_THAT(done.log, HasSubstr("PLEX_TUNER_PMS_TOKEN"));
}

} // namespace
} // namespace plex_tuner::testing
