// SPDX-License-Identifier: GPL-3.0-or-later
// Tuners of the real binary, set up in a Plex that is hard to please.
#include "support/fake_pms.hpp"
#include "support/tuner.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kDeviceId = "1043A003";

class PlexDvrSync : public ::testing::Test {
protected:
    void start_tuner() {
        std::ofstream(tuner_.file("list.m3u"))
            << "#EXTM3U\n#EXTINF:-1 tvg-id=\"news\",News\nhttp://127.0.0.1:9/news.ts\n"
               "#EXTINF:-1 tvg-id=\"kids\",Kids & Co\nhttp://127.0.0.1:9/kids.ts\n"
               "#EXTINF:-1,No Guide\nhttp://127.0.0.1:9/none.ts\n";
        std::ofstream(tuner_.file("guide.xml"))
            << "<tv><channel id=\"news\"><display-name>News</display-name></channel></tv>";
        tuner_.start({.subcommand = "serve",
            .settings = {{"M3U_URL", "list.m3u"}, {"XMLTV_URL", "guide.xml"},
                {"DEVICE_ID", kDeviceId}, {"FRIENDLY_NAME", "Living Room"}}});
        ASSERT_TRUE(tuner_.wait_until_ready());
        for (const auto& row : nlohmann::json::parse(tuner_.get("/lineup.json").body)) {
            numbers_.push_back(row.at("GuideNumber"));
        }
        ASSERT_EQ(numbers_.size(), 3U);
        ASSERT_EQ(
            nlohmann::json::parse(tuner_.get("/discover.json").body).at("DeviceID"), kDeviceId);
    }

    struct Outcome {
        int code = -1;
        nlohmann::json json;
        std::string log;
    };

    Outcome sync(FakePms& pms, std::vector<std::string> flags = {},
        std::map<std::string, std::string> settings = {}) {
        settings.emplace("PMS_URL", pms.url());
        settings.emplace("PMS_TOKEN", pms.token());
        if (flags.empty() || flags.front() != "-config") {
            flags.insert(flags.begin(),
                {"-base-urls", tuner_.url(""), "-device-ids", kDeviceId, "-names", "Living Room"});
        }
        command_.launch({.subcommand = "plex-dvr-sync",
            .flags = std::move(flags),
            .settings = std::move(settings)});
        Outcome outcome;
        outcome.code = command_.process().wait(std::chrono::seconds(60)).value_or(-1);
        outcome.log = command_.process().stderr_text();
        outcome.json = nlohmann::json::parse(command_.process().stdout_text(), nullptr, false);
        EXPECT_THAT(outcome.log + command_.process().stdout_text(), Not(HasSubstr(pms.token())));
        EXPECT_EQ(pms.tokens_in_addresses(), 0);
        return outcome;
    }

    static std::string action(const Outcome& outcome, std::size_t index = 0) {
        return outcome.json.at("results").at(index).at("action");
    }

    void expect_set_up(const FakePms& pms) {
        const auto device = pms.device(kDeviceId);
        ASSERT_TRUE(device);
        EXPECT_EQ(device->uri, tuner_.url(""));
        std::vector<std::string> mapped;
        for (const PmsMapping& one : device->map) {
            mapped.push_back(one.device_identifier);
        }
        EXPECT_EQ(mapped, numbers_);
        ASSERT_TRUE(pms.dvr_of(kDeviceId));
        EXPECT_THAT(pms.dvr_of(kDeviceId)->lineups,
            ::testing::ElementsAre("lineup://tv.plex.providers.epg.xmltv/" +
                                   tuner_.url("/guide.xml") + "#Living Room"));
    }

    Tuner tuner_;
    Tuner command_;
    std::vector<std::string> numbers_;
};

TEST_F(PlexDvrSync, SetsUpTheTunerAndThenChangesNothing) {
    start_tuner();
    FakePms pms({.path_prefix = "/plex"});
    const Outcome first = sync(pms);
    ASSERT_EQ(first.code, 0) << first.log;
    EXPECT_EQ(first.json.at("plex_url"), pms.url());
    EXPECT_EQ(first.json.at("dry_run"), false);
    EXPECT_EQ(first.json.at("delete_unknown"), false);
    const auto& result = first.json.at("results").at(0);
    EXPECT_EQ(result.at("name"), "Living Room");
    EXPECT_EQ(result.at("device_id"), kDeviceId);
    EXPECT_EQ(result.at("action"), "created");
    EXPECT_EQ(result.at("channels"), 3);
    EXPECT_EQ(result.at("error"), "");
    EXPECT_EQ(result.at("dvr_key"), std::to_string(pms.dvrs().at(0).key));
    expect_set_up(pms);

    pms.forget_requests();
    const Outcome second = sync(pms);
    EXPECT_EQ(second.code, 0) << second.log;
    EXPECT_EQ(action(second), "skipped");
    EXPECT_THAT(pms.changes(), IsEmpty());
}

TEST_F(PlexDvrSync, LivesThroughWhateverTheServerDoes) {
    start_tuner();
    using Fault = std::function<void(FakePms&)>;
    const auto script = [](void (*edit)(FakePms::Script&)) -> Fault {
        return [edit](FakePms& pms) {
            pms.change(edit);
        };
    };
    const std::pair<const char*, Fault> faults[] = {
        {"XML", script([](FakePms::Script& s) { s.encoding = FakePms::Encoding::xml; })},
        {"odd JSON", script([](FakePms::Script& s) { s.json = {true, true, true}; })},
        {"no grabber path", script([](FakePms::Script& s) { s.has_grabber_path = false; })},
        {"silent", script([](FakePms::Script& s) { s.shows_activities = false; })},
        {"forgets a map", script([](FakePms::Script& s) { s.forgotten_maps = 1; })},
        {"starting",
            [](FakePms& pms) {
                pms.answer_next({503, 0, 503, 404, 401});
            }},
        {"restart while created",
            [](FakePms& pms) {
                pms.restart_at({.request = "POST /livetv/dvrs?", .done = true});
            }},
        {"restart while mapped",
            [](FakePms& pms) {
                pms.restart_at({.request = "PUT /media/grabbers/"});
            }},
    };
    for (const auto& [what, fault] : faults) {
        SCOPED_TRACE(what);
        FakePms pms;
        fault(pms);
        const Outcome first = sync(pms);
        EXPECT_EQ(first.code, 0) << first.log;
        expect_set_up(pms);
        EXPECT_EQ(pms.dvrs().size(), 1U);
        pms.forget_requests();
        EXPECT_EQ(action(sync(pms)), "skipped");
        EXPECT_THAT(pms.changes(), IsEmpty());
    }
}

TEST_F(PlexDvrSync, ATunerThatRestartedElsewhereIsRepaired) {
    start_tuner();
    FakePms pms;
    ASSERT_EQ(sync(pms).code, 0);
    const std::string old = tuner_.url("");
    const int dvr = pms.dvr_of(kDeviceId)->key;
    ASSERT_EQ(tuner_.stop(), 0);
    numbers_.clear();
    start_tuner(); // on another free port
    ASSERT_NE(tuner_.url(""), old);
    const Outcome repaired = sync(pms);
    EXPECT_EQ(repaired.code, 0) << repaired.log;
    EXPECT_EQ(action(repaired), "updated_uri");
    EXPECT_EQ(pms.dvr_of(kDeviceId)->key, dvr);
    expect_set_up(pms);
}

TEST_F(PlexDvrSync, ADryRunPrintsThePlanAndDeletesNothing) {
    start_tuner();
    FakePms pms;
    const int ours = pms.add_device("1043A0FF", "http://10.0.0.5:5199", "Silicondust", "Old");
    pms.add_dvr(ours, "lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5199/guide.xml#Old");
    const int foreign = pms.add_device("FEED0001", "http://10.0.0.7:6077", "Threadfin", "TF");
    pms.add_dvr(foreign, "lineup://tv.plex.providers.epg.xmltv/http://10.0.0.7:6077/x.xml#Foreign");
    const std::vector<std::string> flags{"-delete-unknown", "-owned", "1043A0*"};
    auto dry = flags;
    dry.emplace_back("-dry-run");
    const Outcome plan = sync(pms, dry);
    EXPECT_EQ(plan.code, 0) << plan.log;
    EXPECT_EQ(plan.json.at("dry_run"), true);
    EXPECT_THAT(plan.log, HasSubstr("register tuner; create DVR; load guide, map channels"));
    EXPECT_THAT(plan.log, HasSubstr("left alone"));
    EXPECT_THAT(pms.changes(), IsEmpty());

    const Outcome done = sync(pms, flags);
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_EQ(action(done), "created");
    EXPECT_EQ(action(done, 1), "deleted");
    EXPECT_FALSE(pms.device("1043A0FF"));
    EXPECT_TRUE(pms.dvr_of("FEED0001"));
    expect_set_up(pms);
}

TEST_F(PlexDvrSync, TheTunersCanComeFromASupervisorFile) {
    start_tuner();
    FakePms pms;
    std::ofstream(command_.file("supervise.json"))
        << R"({"instances": [{"name": "tv", "args": ["run"], "env": {"PLEX_TUNER_BASE_URL": ")"
        << tuner_.url("") << R"(", "PLEX_TUNER_DEVICE_ID": ")" << kDeviceId
        << R"(", "PLEX_TUNER_FRIENDLY_NAME": "Living Room"}}]})";
    const Outcome done = sync(pms, {"-config", "supervise.json"});
    EXPECT_EQ(done.code, 0) << done.log;
    EXPECT_EQ(done.json.at("results").at(0).at("name"), "tv");
    expect_set_up(pms);

    std::ofstream(command_.file("empty.json")) << R"({"instances": []})";
    pms.forget_requests();
    const Outcome none = sync(pms, {"-config", "empty.json", "-delete-unknown", "-owned", "*"});
    EXPECT_EQ(none.code, 0) << none.log;
    EXPECT_THAT(none.json.at("results"), IsEmpty());
    EXPECT_THAT(pms.requests(), IsEmpty());
}

TEST_F(PlexDvrSync, WhatIsMissingIsSaid) {
    FakePms pms;
    Tuner command;
    const auto run = [&](std::vector<std::string> flags,
                         std::map<std::string, std::string> settings) {
        command.launch({.subcommand = "plex-dvr-sync",
            .flags = std::move(flags),
            .settings = std::move(settings)});
        EXPECT_EQ(command.process().wait().value_or(-1), 1);
        EXPECT_EQ(command.process().stdout_text(), "");
        return command.process().stderr_text();
    };
    const std::map<std::string, std::string> server{
        {"PMS_URL", pms.url()}, {"PMS_TOKEN", pms.token()}};
    const std::vector<std::string> one{
        "-base-urls", "http://127.0.0.1:9", "-device-ids", kDeviceId};
    EXPECT_THAT(run(one, {}), HasSubstr("PLEX_TUNER_PMS_URL"));
    EXPECT_THAT(run(one, {{"PMS_URL", pms.url()}}), HasSubstr("PLEX_TUNER_PMS_TOKEN"));
    EXPECT_THAT(run({}, server), HasSubstr("-device-ids"));
    auto careless = one;
    careless.emplace_back("-delete-unknown");
    EXPECT_THAT(run(careless, server), HasSubstr("-owned"));
    EXPECT_THAT(pms.requests(), IsEmpty());

    // Given as a flag, the token is not in the list of processes while the command runs.
    pms.answer_next(std::vector<int>(200, 503));
    auto with_token = one;
    with_token.insert(with_token.end(), {"-plex-url", pms.url(), "-token", pms.token()});
    command.launch({.subcommand = "plex-dvr-sync", .flags = with_token});
    while (pms.requests().empty()) {
        ASSERT_FALSE(command.process().wait(std::chrono::milliseconds(20)));
    }
    std::ifstream arguments("/proc/" + std::to_string(command.process().pid()) + "/cmdline");
    const std::string shown{std::istreambuf_iterator<char>(arguments), {}};
    EXPECT_THAT(shown, HasSubstr("-token"));
    EXPECT_THAT(shown, Not(HasSubstr(pms.token())));
    command.kill();
}

} // namespace
} // namespace plex_tuner::testing
