// SPDX-License-Identifier: GPL-3.0-or-later
// Plex asked by the real binary which guide is whose, and everything cleared away again.
#include "support/fake_pms.hpp"
#include "support/tuner.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kDeviceId = "1043A003";

/// A tuner that is not of this program, with the ids of a guide that others have too.
void show_foreign_tuner(ScriptedProvider& server) {
    server.on("/discover.json",
        behave::content(R"({"FriendlyName":"Thread","DeviceID":"10A7EAD1","TunerCount":2})"));
    server.on(
        "/lineup.json", behave::content(R"([{"GuideNumber":"1","GuideName":"Strangely Named"}])"));
    server.on("/guide.xml", behave::content("<tv><channel id=\"X3\"><display-name>1</display-name>"
                                            "</channel><programme channel=\"X3\"/></tv>"));
}

class PlexEpgOracle : public ::testing::Test {
protected:
    void start_tuner() {
        std::ofstream(tuner_.file("list.m3u"))
            << "#EXTM3U\n#EXTINF:-1 tvg-id=\"news\",News\nhttp://127.0.0.1:9/news.ts\n"
               "#EXTINF:-1,No Guide\nhttp://127.0.0.1:9/none.ts\n";
        std::ofstream(tuner_.file("guide.xml"))
            << "<tv><channel id=\"news\"><display-name>News</display-name></channel></tv>";
        tuner_.start({.subcommand = "serve",
            .settings = {{"M3U_URL", "list.m3u"}, {"XMLTV_URL", "guide.xml"},
                {"DEVICE_ID", kDeviceId}, {"FRIENDLY_NAME", "Living Room"}}});
        ASSERT_TRUE(tuner_.wait_until_ready());
    }

    struct Outcome {
        int code = -1;
        nlohmann::json json;
        std::string log;
    };

    Outcome run(const std::string& subcommand, std::vector<std::string> flags) {
        command_.launch({.subcommand = subcommand,
            .flags = std::move(flags),
            .settings = {{"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}}});
        Outcome outcome;
        outcome.code = command_.process().wait(std::chrono::seconds(60)).value_or(-1);
        outcome.log = command_.process().stderr_text();
        outcome.json = nlohmann::json::parse(command_.process().stdout_text(), nullptr, false);
        EXPECT_THAT(outcome.log + command_.process().stdout_text(), Not(HasSubstr(pms_.token())));
        return outcome;
    }

    FakePms pms_;
    Tuner tuner_;
    Tuner command_;
};

TEST_F(PlexEpgOracle, MakesADvrAsksAndIsClearedAway) {
    start_tuner();
    const int foreign = pms_.add_device("FEED0001", "http://127.0.0.7:6077", "TF", "TF");
    pms_.add_dvr(foreign, "lineup://tv.plex.providers.epg.xmltv/http://a/g.xml#oracle of Delphi");
    const std::string port = std::to_string(tuner_.port());
    const Outcome asked = run("plex-epg-oracle",
        {"-base-url-template", "http://127.0.0.1:{cap}", "-caps", port, "-out", "o.json"});
    EXPECT_EQ(asked.code, 0) << asked.log;
    EXPECT_EQ(asked.json.at("plex_url"), pms_.url());
    const auto& result = asked.json.at("results").at(0);
    const auto dvr = pms_.dvr_of(kDeviceId);
    ASSERT_TRUE(dvr);
    EXPECT_EQ(result.at("base_url"), tuner_.url(""));
    EXPECT_EQ(result.at("dvr_key"), dvr->key);
    EXPECT_EQ(result.at("device_key"), std::to_string(pms_.device(kDeviceId)->key));
    EXPECT_EQ(result.at("lineup_ids").at(0),
        "lineup://tv.plex.providers.epg.xmltv/" + tuner_.url("/guide.xml") + "#oracle-Living Room");
    EXPECT_EQ(result.at("channelmap_rows"), 2);
    EXPECT_FALSE(result.contains("error"));
    EXPECT_FALSE(result.contains("activated"));
    EXPECT_FALSE(result.contains("read_only"));
    const auto& channel = result.at("channels").at(0);
    EXPECT_EQ(channel.at("guide_name"), "News");
    EXPECT_EQ(channel.at("tvg_id"), "news");
    EXPECT_EQ(channel.at("guide_number"), channel.at("lineup_identifier"));
    EXPECT_FALSE(result.at("channels").at(1).contains("tvg_id"));
    EXPECT_THAT(pms_.device(kDeviceId)->map, IsEmpty()); // nothing was activated
    EXPECT_EQ(nlohmann::json::parse(std::ifstream(command_.file("o.json"))), asked.json);
    EXPECT_EQ(std::filesystem::status(command_.file("o.json")).permissions(),
        std::filesystem::perms(0600));

    pms_.forget_requests();
    const Outcome dry = run("plex-epg-oracle-cleanup", {});
    EXPECT_EQ(dry.code, 0) << dry.log;
    EXPECT_EQ(dry.json.at("dry_run"), true);
    EXPECT_EQ(dry.json.at("deleted_dvrs"), 1);
    EXPECT_EQ(dry.json.at("matched_rows").size(), 2U);
    EXPECT_THAT(dry.log, HasSubstr("-do"));
    EXPECT_THAT(pms_.changes(), IsEmpty());

    const Outcome done = run("plex-epg-oracle-cleanup", {"-do", "-device-uri-substr", "127.0.0."});
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_EQ(done.json.at("dry_run"), false);
    EXPECT_EQ(done.json.at("deleted_devices"), 1);
    const auto& rows = done.json.at("matched_rows");
    EXPECT_EQ(rows.at(0).at("delete"), false); // it matches, but nobody here made it
    EXPECT_EQ(rows.at(0).at("reason"), "device-uri-substr");
    EXPECT_THAT(std::string(rows.at(0).at("error")), StartsWith("left alone"));
    EXPECT_EQ(rows.at(1).at("delete"), true);
    EXPECT_EQ(rows.at(1).at("reason"), "lineup-prefix,device-uri-substr");
    EXPECT_FALSE(pms_.device(kDeviceId));
    EXPECT_TRUE(pms_.dvr_of("FEED0001"));

    pms_.forget_requests();
    EXPECT_EQ(run("plex-epg-oracle-cleanup", {"-do"}).json.at("deleted_dvrs"), 0);
    EXPECT_THAT(pms_.changes(), IsEmpty());
}

TEST_F(PlexEpgOracle, ATunerInUseIsReadAndLeftAlone) {
    start_tuner();
    const Outcome set_up = run("plex-dvr-sync",
        {"-base-urls", tuner_.url(""), "-device-ids", kDeviceId, "-names", "Living Room"});
    ASSERT_EQ(set_up.code, 0) << set_up.log;
    pms_.forget_requests();
    const Outcome asked = run("plex-epg-oracle", {"-base-urls", tuner_.url("/"), "-activate"});
    EXPECT_EQ(asked.code, 0) << asked.log;
    const auto& result = asked.json.at("results").at(0);
    EXPECT_EQ(result.at("read_only"), true);
    EXPECT_EQ(result.at("channelmap_rows"), 2);
    EXPECT_THAT(asked.log, HasSubstr("set up in Plex already"));
    run("plex-epg-oracle-cleanup",
        {"-do", "-device-uri-substr", "127.0.0.1", "-lineup-prefix", "Living"});
    EXPECT_THAT(pms_.changes(), IsEmpty());
}

TEST_F(PlexEpgOracle, WhatFailsForOneTunerIsSaidAndTheOthersGoOn) {
    start_tuner();
    const Outcome asked = run("plex-epg-oracle",
        {"-base-urls", "http://127.0.0.1:9," + tuner_.url("") + "," + tuner_.url("/"), "-activate",
            "-guide-wait", "30s"});
    EXPECT_EQ(asked.code, 1);
    const auto& results = asked.json.at("results");
    EXPECT_THAT(std::string(results.at(0).at("error")), StartsWith("ask the tuner: "));
    EXPECT_EQ(results.at(0).at("channelmap_rows"), 0);
    EXPECT_EQ(results.at(1).at("activated"), 2);
    EXPECT_THAT(std::string(results.at(2).at("error")), HasSubstr(kDeviceId));
    EXPECT_EQ(pms_.device(kDeviceId)->map.size(), 2U);
    // Again: what it made before it may use.
    const Outcome again = run("plex-epg-oracle", {"-base-urls", tuner_.url("")});
    EXPECT_EQ(again.code, 0) << again.log;
    EXPECT_EQ(pms_.dvrs().size(), 1U);
}

TEST_F(PlexEpgOracle, TheLinkReportReadsIt) {
    ScriptedProvider foreign;
    show_foreign_tuner(foreign);
    const Outcome asked =
        run("plex-epg-oracle", {"-base-urls", foreign.url(""), "-out", "oracle.json"});
    ASSERT_EQ(asked.code, 0) << asked.log;
    std::ofstream(command_.file("list.m3u"))
        << "#EXTM3U\n#EXTINF:-1,Strangely Named HD\nhttp://127.0.0.1:9/a.ts\n";
    std::ofstream(command_.file("second.xml"))
        << "<tv><channel id=\"x3\"><display-name>Third</display-name></channel></tv>";
    command_.launch({.subcommand = "index", .settings = {{"M3U_URL", "list.m3u"}}});
    ASSERT_EQ(command_.process().wait(), 0) << command_.process().stderr_text();
    command_.launch({.subcommand = "epg-link-report",
        .flags = {"-xmltv", "second.xml", "-oracle-report", "oracle.json", "-suggest-out",
            "s.json"},
        .settings = {{"M3U_URL", "list.m3u"}}});
    EXPECT_EQ(command_.process().wait(), 0) << command_.process().stderr_text();
    EXPECT_THAT(command_.process().stdout_text(),
        HasSubstr("SUGGEST Strangely Named HD -> x3 (name_only)"));
}

TEST_F(PlexEpgOracle, WhatIsMissingIsSaid) {
    EXPECT_THAT(run("plex-epg-oracle", {}).log, HasSubstr("-base-urls"));
    EXPECT_THAT(
        run("plex-epg-oracle", {"-base-url-template", "http://h:1"}).log, HasSubstr("{cap}"));
    EXPECT_THAT(
        run("plex-epg-oracle", {"-base-url-template", "http://h:{cap}"}).log, HasSubstr("-caps"));
    EXPECT_THAT(run("plex-epg-oracle", {"-base-urls", "tuner:5004"}).log, HasSubstr("http URL"));
    EXPECT_THAT(run("plex-epg-oracle", {"-base-urls", "http://h", "-activate=perhaps"}).log,
        HasSubstr("-activate"));
    EXPECT_EQ(run("plex-epg-oracle-cleanup", {"-nonsense"}).code, 2);
    EXPECT_THAT(pms_.requests(), IsEmpty());
}

} // namespace
} // namespace plex_tuner::testing
