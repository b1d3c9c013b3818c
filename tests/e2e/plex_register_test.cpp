// SPDX-License-Identifier: GPL-3.0-or-later
// A tuner that sets itself up in a Plex that is hard to please, and keeps itself there.
#include "support/fake_pms.hpp"
#include "support/tuner.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>

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
constexpr const char* kChanges = "plex_tuner_media_server_changes_total{server=\"plex\"}";

class PlexRegister : public ::testing::Test {
protected:
    void write_playlist(std::initializer_list<const char*> names) const {
        std::ofstream list(tuner_.file("list.m3u"));
        list << "#EXTM3U\n";
        for (const char* name : names) {
            list << "#EXTINF:-1 tvg-id=\"" << name << "\"," << name << "\nhttp://127.0.0.1:9/"
                 << name << ".ts\n";
        }
    }

    [[nodiscard]] TunerOptions options(const FakePms& pms) const {
        return {.settings = {{"M3U_URL", "list.m3u"}, {"DEVICE_ID", kDeviceId},
                    {"FRIENDLY_NAME", "Living Room"}, {"REGISTER_PLEX", "api"},
                    {"REGISTER_CHECK_INTERVAL", "1s"}, {"PMS_URL", pms.url()},
                    {"PMS_TOKEN", pms.token()}}};
    }

    [[nodiscard]] static std::vector<std::string> mapped(const FakePms& pms) {
        std::vector<std::string> numbers;
        for (const PmsMapping& one : pms.device(kDeviceId).value_or(PmsDevice{}).map) {
            numbers.push_back(one.device_identifier);
        }
        return numbers;
    }

    void expect_no_token(const FakePms& pms) {
        EXPECT_THAT(tuner_.process().stderr_text() + tuner_.process().stdout_text(),
            Not(HasSubstr(pms.token())));
        EXPECT_EQ(pms.tokens_in_addresses(), 0);
    }

    Tuner tuner_;
};

TEST_F(PlexRegister, SetsItselfUpAndMendsWhatBreaks) {
    write_playlist({"news", "kids", "film"});
    FakePms pms;
    tuner_.start(options(pms));
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 1)) << tuner_.process().stderr_text();
    ASSERT_TRUE(pms.dvr_of(kDeviceId));
    // Nobody said how Plex reaches it: by the address that leads to Plex.
    EXPECT_EQ(pms.device(kDeviceId)->uri, tuner_.url(""));
    EXPECT_THAT(mapped(pms), ElementsAre("1", "2", "3"));
    EXPECT_EQ(tuner_.metric("plex_tuner_media_server_mapped_channels{server=\"plex\"}"), 3);
    EXPECT_EQ(tuner_.metric("plex_tuner_media_server_registered{server=\"plex\"}"), 1);
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("3 of 3 channels"));

    pms.remove_dvr(pms.dvr_of(kDeviceId)->key);
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 2)) << tuner_.process().stderr_text();
    ASSERT_TRUE(pms.dvr_of(kDeviceId));
    EXPECT_THAT(mapped(pms), ElementsAre("1", "2", "3"));

    pms.move_device(kDeviceId, "http://127.0.0.1:9");
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 3)) << tuner_.process().stderr_text();
    EXPECT_EQ(pms.device(kDeviceId)->uri, tuner_.url(""));
    expect_no_token(pms);
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(PlexRegister, MapsWhatALaterRefreshBrings) {
    write_playlist({"news", "kids"});
    FakePms pms;
    auto with_reload = options(pms);
    with_reload.settings["REGISTER_CHECK_INTERVAL"] = "0";
    tuner_.start(with_reload);
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 1)) << tuner_.process().stderr_text();
    EXPECT_THAT(mapped(pms), ElementsAre("1", "2"));

    write_playlist({"news", "kids", "film"});
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 2)) << tuner_.process().stderr_text();
    EXPECT_THAT(mapped(pms), ElementsAre("1", "2", "3"));
}

TEST_F(PlexRegister, ATunerThatIsThereAlreadyIsLeftAsItIs) {
    write_playlist({"news", "kids"});
    FakePms pms;
    tuner_.start(options(pms));
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 1)) << tuner_.process().stderr_text();
    const auto number = tuner_.port();
    ASSERT_EQ(tuner_.stop(), 0);

    pms.forget_requests();
    auto again = options(pms);
    again.settings["ADDR"] = "127.0.0.1:" + std::to_string(number);
    tuner_.start(again);
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_media_server_registered{server=\"plex\"}", 1));
    EXPECT_THAT(pms.changes(), IsEmpty());
}

TEST_F(PlexRegister, WaitsForAServerThatIsDownAndServesMeanwhile) {
    write_playlist({"news"});
    FakePms pms;
    pms.answer_next(std::vector<int>(12, 401));
    tuner_.start(options(pms));
    ASSERT_TRUE(tuner_.wait_until_ready());
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 1)) << tuner_.process().stderr_text();
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("it is tried again"));
    EXPECT_GE(tuner_.metric("plex_tuner_media_server_failures_total{server=\"plex\"}"), 1);
    EXPECT_EQ(tuner_.metric("plex_tuner_media_server_registered{server=\"plex\"}"), 1);
    expect_no_token(pms);
}

TEST_F(PlexRegister, StopsAtOnceWhilePlexHangs) {
    write_playlist({"news"});
    ScriptedProvider silent;
    silent.on(
        "/media/grabbers/devices", [](ProviderConnection& connection, const ProviderRequest&) {
            connection.wait_until_closed();
        });
    FakePms pms;
    auto hanging = options(pms);
    hanging.settings["PMS_URL"] = silent.url("");
    tuner_.start(hanging);
    ASSERT_TRUE(silent.wait_for_requests("/media/grabbers/devices", 1));
    EXPECT_EQ(tuner_.stop(), 0) << tuner_.process().stderr_text();
}

TEST_F(PlexRegister, OnlyRegistersWhenThatIsAskedFor) {
    write_playlist({"news", "kids"});
    FakePms pms;
    auto only = options(pms);
    only.flags = {"-register-only"};
    tuner_.launch(only);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(60)), 0) << tuner_.process().stderr_text();
    EXPECT_THAT(mapped(pms), ElementsAre("1", "2"));
    expect_no_token(pms);
}

TEST_F(PlexRegister, OnlyRegisteringFailsWhenPlexRefuses) {
    write_playlist({"news"});
    FakePms pms;
    auto only = options(pms);
    only.flags = {"-register-only"};
    only.settings["PMS_TOKEN"] = "of-another-server";
    tuner_.launch(only);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(60)), 1);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("PLEX_TUNER_PMS_TOKEN"));
    EXPECT_THAT(pms.dvrs(), IsEmpty());
}

TEST_F(PlexRegister, OnlyRegisteringGivesUpWhereThereIsNothingToRegister) {
    FakePms pms;
    auto only = options(pms);
    only.flags = {"-register-only"};
    only.settings["M3U_URL"] = "no-such.m3u";
    only.settings["PLEX_GUIDE_WAIT"] = "1s";
    tuner_.launch(only);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(60)), 1);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("no lineup with a guide in time"));
    EXPECT_THAT(pms.requests(), IsEmpty());
}

TEST_F(PlexRegister, ANewGuideOfTheSameLineupIsNoReasonToAskPlex) {
    write_playlist({"news", "kids"});
    std::ofstream(tuner_.file("guide.xml"))
        << "<tv><channel id=\"news\"><display-name>N</display-name></channel></tv>";
    FakePms pms;
    auto quiet = options(pms);
    quiet.settings["REGISTER_CHECK_INTERVAL"] = "0";
    quiet.settings["XMLTV_URL"] = "guide.xml";
    tuner_.start(quiet);
    ASSERT_TRUE(tuner_.wait_for_metric(kChanges, 1)) << tuner_.process().stderr_text();
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));
    pms.forget_requests();
    std::ofstream(tuner_.file("guide.xml"))
        << "<tv><channel id=\"news\"><display-name>N</display-name></channel><programme "
           "channel=\"news\" start=\"20990101000000 +0000\" stop=\"20990101010000 "
           "+0000\"><title>T</title></programme></tv>";
    const std::string log = tuner_.process().stderr_text();
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(tuner_.process().wait_for_line({"guide published", "source_programmes=1"},
        std::chrono::seconds(30), static_cast<std::size_t>(std::ranges::count(log, '\n'))));
    ASSERT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(pms.requests(), IsEmpty());
}

TEST_F(PlexRegister, SaysWhatIsMissing) {
    write_playlist({"news"});
    tuner_.launch({.flags = {"-register-plex=api"}, .settings = {{"M3U_URL", "list.m3u"}}});
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(20)), 2);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("PLEX_TUNER_PMS_URL"));

    tuner_.launch({.flags = {"-register-only"}, .settings = {{"M3U_URL", "list.m3u"}}});
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(20)), 2);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("-register-plex=api"));

    tuner_.launch({.flags = {"-register-plex", "/var/lib/plexmediaserver"},
        .settings = {{"M3U_URL", "list.m3u"}}});
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(20)), 2);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("api"));
}

TEST_F(PlexRegister, InModeEasyItIsLeftToTheUser) {
    write_playlist({"news"});
    FakePms pms;
    auto easy = options(pms);
    easy.flags = {"-mode", "easy"};
    tuner_.start(easy);
    ASSERT_TRUE(tuner_.wait_until_ready());
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("mode easy"));
    EXPECT_THAT(pms.requests(), IsEmpty());
}

} // namespace
} // namespace plex_tuner::testing
