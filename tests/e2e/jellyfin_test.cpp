// SPDX-License-Identifier: GPL-3.0-or-later
// Tuners of the real binary, set up in Jellyfin and Emby, by command and by themselves.
#include "support/fake_jellyfin.hpp"
#include "support/fake_pms.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kDeviceId = "1043A003";

class Jellyfin : public ::testing::Test {
protected:
    Jellyfin() {
        std::ofstream(tuner_.file("list.m3u"))
            << "#EXTM3U\n#EXTINF:-1,News\nhttp://127.0.0.1:9/1.ts\n#EXTINF:-1,Kids\n"
               "http://127.0.0.1:9/2.ts\n";
    }

    void start_tuner(std::map<std::string, std::string> settings = {}) {
        settings.insert(
            {{"M3U_URL", "list.m3u"}, {"DEVICE_ID", kDeviceId}, {"FRIENDLY_NAME", "Living Room"}});
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready());
    }

    void expect_set_up(const FakeJellyfin& server) const {
        ASSERT_EQ(server.tuners().size(), 1U);
        EXPECT_EQ(server.tuners()[0].at("Url"), tuner_.url(""));
        EXPECT_EQ(server.tuners()[0].at("FriendlyName"), "Living Room");
        ASSERT_EQ(server.guides().size(), 1U);
        EXPECT_EQ(server.guides()[0].at("Path"), tuner_.url("/guide.xml"));
    }

    Tuner tuner_;
    Tuner command_;
};

TEST_F(Jellyfin, ACommandSetsTheTunerUpAndThenChangesNothing) {
    start_tuner();
    FakeJellyfin server({.path_prefix = "/jellyfin"});
    const auto sync = [&](std::vector<std::string> flags = {}) {
        flags.insert(flags.end(),
            {"-base-urls", tuner_.url(""), "-device-ids", kDeviceId, "-names", "Living Room"});
        command_.launch({.subcommand = "jellyfin-sync",
            .flags = std::move(flags),
            .settings = {{"JELLYFIN_URL", server.url()}, {"JELLYFIN_TOKEN", server.api_key()}}});
        EXPECT_EQ(command_.process().wait(std::chrono::seconds(60)), 0)
            << command_.process().stderr_text();
        EXPECT_THAT(command_.process().stderr_text() + command_.process().stdout_text(),
            Not(HasSubstr(server.api_key())));
        return nlohmann::json::parse(command_.process().stdout_text(), nullptr, false)
            .at("results")
            .at(0);
    };
    EXPECT_EQ(sync({"-dry-run"}).at("action"), "created");
    EXPECT_THAT(command_.process().stderr_text(), HasSubstr("add tuner; add guide; read lineup"));
    EXPECT_THAT(server.changes(), IsEmpty());
    const auto first = sync();
    EXPECT_EQ(first.at("action"), "created");
    EXPECT_EQ(first.at("channels"), 2);
    EXPECT_EQ(first.at("with_programme"), 2);
    EXPECT_EQ(first.at("tuner_id"), server.tuners().at(0).at("Id"));
    expect_set_up(server);
    server.forget_requests();
    EXPECT_EQ(sync().at("action"), "skipped");
    EXPECT_THAT(server.changes(), IsEmpty());
    EXPECT_EQ(server.keys_in_addresses(), 0);
}

TEST_F(Jellyfin, ACommandSaysWhatIsMissing) {
    command_.launch({.subcommand = "emby-sync", .flags = {"-base-urls", "http://10.0.0.5:5004"}});
    EXPECT_EQ(command_.process().wait(std::chrono::seconds(20)), 1);
    EXPECT_THAT(command_.process().stderr_text(), HasSubstr("PLEX_TUNER_EMBY_URL"));
}

TEST_F(Jellyfin, ARunningTunerSetsItselfUpInAllServersAndMendsWhatBreaks) {
    FakeJellyfin jellyfin;
    FakeJellyfin emby({.is_emby = true, .path_prefix = "/emby"});
    FakePms plex;
    start_tuner({{"REGISTER_JELLYFIN", "1"}, {"JELLYFIN_URL", jellyfin.url()},
        {"JELLYFIN_TOKEN", jellyfin.api_key()}, {"REGISTER_EMBY", "1"}, {"EMBY_URL", emby.url()},
        {"EMBY_TOKEN", emby.api_key()}, {"REGISTER_PLEX", "api"}, {"PMS_URL", plex.url()},
        {"PMS_TOKEN", plex.token()}, {"REGISTER_CHECK_INTERVAL", "1s"}});
    const auto changes = [](const char* server) {
        return "plex_tuner_media_server_changes_total{server=\"" + std::string(server) + "\"}";
    };
    for (const char* server : {"jellyfin", "emby", "plex"}) {
        ASSERT_TRUE(tuner_.wait_for_metric(changes(server), 1)) << tuner_.process().stderr_text();
    }
    expect_set_up(jellyfin);
    expect_set_up(emby);
    EXPECT_TRUE(plex.dvr_of(kDeviceId));
    EXPECT_EQ(tuner_.metric("plex_tuner_media_server_mapped_channels{server=\"jellyfin\"}"), 2);
    const std::string page = tuner_.get("/").body;
    EXPECT_THAT(page, HasSubstr("In Jellyfin"));
    EXPECT_THAT(page, HasSubstr("In Emby"));

    jellyfin.remove_tuner(kDeviceId);
    ASSERT_TRUE(tuner_.wait_for_metric(changes("jellyfin"), 2)) << tuner_.process().stderr_text();
    expect_set_up(jellyfin);
    emby.move_tuner(kDeviceId, "http://127.0.0.1:9");
    ASSERT_TRUE(tuner_.wait_for_metric(changes("emby"), 2)) << tuner_.process().stderr_text();
    expect_set_up(emby);
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr(jellyfin.api_key())));
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(Jellyfin, WhatNobodyWatchesIsEndedAndWhoWatchesIsNot) {
    ScriptedProvider provider;
    provider.on("/1.ts", behave::endless(h264_clip(), 600'000));
    std::ofstream(tuner_.file("list.m3u"))
        << "#EXTM3U\n#EXTINF:-1,News\n"
        << provider.url("/1.ts") << "\n#EXTINF:-1,Kids\nhttp://127.0.0.1:9/2.ts\n";
    FakeJellyfin server;
    const std::string watching = server.play("1", "News", -1);
    const std::string gone = server.play("2", "Kids", 3);
    const std::string gone_beside_it = server.play("1", "News", 4); // the same stream
    const std::string of_others = server.play("2", "Another Kids", 3);
    start_tuner({{"JELLYFIN_SESSION_REAPER", "1"}, {"JELLYFIN_URL", server.url()},
        {"JELLYFIN_TOKEN", server.api_key()}, {"PLEX_SESSION_REAPER_POLL_S", "0.1"},
        {"PLEX_SESSION_REAPER_IDLE_S", "1"}, {"PLEX_SESSION_REAPER_RENEW_LEASE_S", "2"}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    // Who does not read is dropped, and was no viewer.
    const std::string stops = "plex_tuner_media_server_session_stops_total{server=\"jellyfin\"}";
    while (tuner_.metric(stops) < 2) {
        ASSERT_TRUE(viewer.read(10'000)) << tuner_.process().stderr_text();
    }
    EXPECT_THAT(server.playing(), ::testing::ElementsAre(watching, gone_beside_it, of_others));
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("ending what nobody watches"));
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("title=Kids"));
    // It goes on looking, and leaves alone who reports.
    const auto lists = server.session_lists();
    while (server.session_lists() < lists + 40) {
        ASSERT_TRUE(viewer.read(10'000));
    }
    EXPECT_THAT(server.playing(), ::testing::ElementsAre(watching, gone_beside_it, of_others));
    EXPECT_THAT(server.changes(), ::testing::Contains("POST /LiveStreams/Close").Times(1));
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr(server.api_key())));
}

TEST_F(Jellyfin, OnlyRegisteringEndsWhenAllServersHaveAnswered) {
    FakeJellyfin jellyfin;
    FakeJellyfin emby({.is_emby = true});
    tuner_.launch({.flags = {"-register-only", "-register-jellyfin", "-register-emby"},
        .settings = {{"M3U_URL", "list.m3u"}, {"DEVICE_ID", kDeviceId},
            {"JELLYFIN_URL", jellyfin.url()}, {"JELLYFIN_TOKEN", jellyfin.api_key()},
            {"EMBY_URL", emby.url()}, {"EMBY_TOKEN", "of-another-server"}}});
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(60)), 1);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("PLEX_TUNER_EMBY_TOKEN"));
    EXPECT_EQ(jellyfin.tuners().size(), 1U);
    EXPECT_EQ(jellyfin.guides().size(), 1U);
}

} // namespace
} // namespace plex_tuner::testing
