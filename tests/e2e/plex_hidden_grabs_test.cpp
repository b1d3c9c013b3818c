// SPDX-License-Identifier: GPL-3.0-or-later
#include "playlists.hpp"
#include "support/fake_pms.hpp"
#include "support/media.hpp"
#include "support/tuner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kDeviceId = "1043A003";

class PlexHiddenGrabs : public ::testing::Test {
protected:
    struct Outcome {
        int code = -1;
        std::string out;
        std::string log;
    };

    /// With the tuner that Plex has.
    void start() {
        provider_.on("/1.ts", behave::endless(h264_clip(), 600'000));
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")}})));
        tuner_.start(
            {.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"DEVICE_ID", kDeviceId}}});
        ASSERT_TRUE(tuner_.wait_until_ready());
        pms_.add_device(kDeviceId, tuner_.url(""), "Silicondust", "Living Room");
    }

    Outcome look(std::vector<std::string> flags = {}) {
        flags.insert(flags.end(), {"-confirm-seconds", "0"});
        command_.launch({.subcommand = "plex-hidden-grabs",
            .flags = std::move(flags),
            .settings = {{"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}}});
        Outcome outcome;
        outcome.code = command_.process().wait(std::chrono::seconds(60)).value_or(-1);
        outcome.out = command_.process().stdout_text();
        outcome.log = command_.process().stderr_text();
        EXPECT_THAT(outcome.log + outcome.out, Not(HasSubstr(pms_.token())));
        return outcome;
    }

    static std::string state(const Outcome& outcome) {
        return nlohmann::json::parse(outcome.out).at("grabs").at(0).at("state");
    }

    FakePmsSessions& sessions() { return pms_.sessions(); }

    ScriptedProvider provider_;
    FakePms pms_;
    Tuner tuner_;
    Tuner command_;
};

TEST_F(PlexHiddenGrabs, NoneIsNone) {
    const Outcome none = look();
    EXPECT_EQ(none.code, 0) << none.log;
    EXPECT_EQ(none.out, "Plex holds no tuner that nothing uses.\n");
}

TEST_F(PlexHiddenGrabs, OneThatNothingUsesIsReportedAndReleasedOnlyWhenAsked) {
    start();
    sessions().add_grab({.id = "op1", .live = "live-x", .channel = "1"});
    const Outcome found = look();
    EXPECT_EQ(found.code, 4) << found.log;
    EXPECT_THAT(found.out, HasSubstr("hidden"));
    EXPECT_THAT(found.out, HasSubstr("-release"));
    EXPECT_THAT(pms_.changes(), IsEmpty());
    const Outcome released = look({"-release", "-json"});
    EXPECT_EQ(released.code, 0) << released.log;
    EXPECT_THAT(nlohmann::json::parse(released.out).at("released"), ElementsAre("op1"));
    EXPECT_THAT(sessions().grabs(), IsEmpty());
}

TEST_F(PlexHiddenGrabs, NothingIsDoneWhileSomebodyWatches) {
    start();
    sessions().add_grab({.id = "op1", .live = "live-x", .channel = "1"});
    sessions().add({.name = "film", .channel = "", .is_live = false});
    const Outcome refused = look({"-release"});
    EXPECT_EQ(refused.code, 3) << refused.log;
    EXPECT_THAT(refused.out, HasSubstr("Somebody watches"));
    EXPECT_THAT(refused.out, Not(HasSubstr("restart")));
    EXPECT_EQ(sessions().grabs().size(), 1U);
}

TEST_F(PlexHiddenGrabs, WhatIsUsedIsNotHidden) {
    start();
    sessions().add_grab({.id = "op1", .live = "live-a", .channel = "1"});
    sessions().add({.name = "a", .channel = "1"});
    const Outcome watched = look({"-json"});
    EXPECT_EQ(watched.code, 0) << watched.log;
    EXPECT_EQ(state(watched), "watched");
    sessions().clear();
    StreamClient recording(tuner_.port(), "/auto/v1"); // no session shows it
    ASSERT_TRUE(recording.read(200'000));
    while (tuner_.get("/api/streams").body.contains("\"bits_per_second\":0,")) {
        ASSERT_TRUE(recording.read(20'000)); // the rate is known after a second
    }
    const Outcome sent = look({"-json", "-release"});
    EXPECT_EQ(sent.code, 0) << sent.log;
    EXPECT_EQ(state(sent), "sent");
    EXPECT_EQ(sessions().grabs().size(), 1U);
}

TEST_F(PlexHiddenGrabs, WhatCannotBeToldIsLeftAlone) {
    pms_.add_device("FEED0001", provider_.url(""), "Silicondust", "hardware");
    sessions().add_grab({.id = "op1", .live = "live-x", .channel = "1"});
    const Outcome unknown = look({"-json", "-release"});
    EXPECT_EQ(unknown.code, 0) << unknown.log;
    EXPECT_EQ(state(unknown), "unknown");
    EXPECT_EQ(sessions().grabs().size(), 1U);
}

TEST_F(PlexHiddenGrabs, SessionsThatCannotBeHadAreNotNone) {
    start();
    sessions().add_grab({.id = "op1", .live = "live-x", .channel = "1"});
    pms_.restart_at({.request = "GET /status/sessions", .answers = {500, 500, 500}});
    const Outcome failed = look({"-release"});
    EXPECT_EQ(failed.code, 1);
    EXPECT_THAT(failed.log, HasSubstr("nothing is done"));
    EXPECT_EQ(sessions().grabs().size(), 1U);
}

TEST_F(PlexHiddenGrabs, OneThatPlexKeepsIsAFailure) {
    start();
    sessions().add_grab({.id = "op1", .live = "live-x", .channel = "1", .stubborn = true});
    const Outcome kept = look({"-release"});
    EXPECT_EQ(kept.code, 1);
    EXPECT_THAT(kept.log, HasSubstr("holds it still"));
}

} // namespace
} // namespace plex_tuner::testing
