// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner doctor plex` between a real tuner and a server that has what can be wrong with it.
#include "support/fake_pms_facts.hpp"
#include "support/tuner.hpp"

#include <ctime>
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
constexpr const char* kForeign = "lineup://tv.plex.providers.epg.xmltv/http://a/g.xml#";

std::string http_date(std::time_t when) {
    std::tm parts{};
    ::gmtime_r(&when, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text;
}

class PlexDoctor : public ::testing::Test {
protected:
    void start_tuner() {
        std::ofstream(tuner_.file("list.m3u"))
            << "#EXTM3U\n#EXTINF:-1 tvg-id=\"news\",News\nhttp://127.0.0.1:9/news.ts\n"
               "#EXTINF:-1,Kids\nhttp://127.0.0.1:9/kids.ts\n";
        std::ofstream(tuner_.file("guide.xml"))
            << "<tv><channel id=\"news\"><display-name>News</display-name></channel></tv>";
        tuner_.start({.subcommand = "serve",
            .settings = {{"M3U_URL", "list.m3u"}, {"XMLTV_URL", "guide.xml"},
                {"DEVICE_ID", kDeviceId}, {"FRIENDLY_NAME", "Living Room"}}});
        ASSERT_TRUE(tuner_.wait_until_ready());
    }

    void set_up() {
        command_.launch({.subcommand = "plex-dvr-sync",
            .flags = {"-base-urls", tuner_.url(""), "-device-ids", kDeviceId},
            .settings = {{"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}}});
        ASSERT_EQ(command_.process().wait(), 0) << command_.process().stderr_text();
        pms_.forget_requests();
    }

    struct Report {
        int code = -1;
        nlohmann::json json;

        [[nodiscard]] std::string word(const std::string& name, const char* key) const {
            for (const auto& check : json.at("checks")) {
                if (check.at("name") == name) {
                    return check.at(key).is_string() ? check.at(key) : "";
                }
            }
            return "no such check";
        }

        [[nodiscard]] std::string verdict(const std::string& name) const {
            return word(name, "verdict");
        }

        /// The names of what is wrong.
        [[nodiscard]] std::vector<std::string> problems() const {
            std::vector<std::string> names;
            for (const auto& check : json.at("checks")) {
                if (check.at("verdict") == "problem") {
                    names.push_back(check.at("name"));
                    EXPECT_TRUE(check.at("remedy").is_string()) << check;
                }
            }
            return names;
        }
    };

    Report look(std::map<std::string, std::string> settings = {}) {
        settings.emplace("PMS_URL", pms_.url());
        settings.emplace("PMS_TOKEN", pms_.token());
        settings.emplace("BASE_URL", tuner_.port() == 0 ? "http://127.0.0.1:9" : tuner_.url(""));
        command_.launch(
            {.subcommand = "doctor", .flags = {"plex", "-json"}, .settings = std::move(settings)});
        Report report;
        report.code = command_.process().wait().value_or(-1);
        const std::string text = command_.process().stdout_text();
        report.json = nlohmann::json::parse(text, nullptr, false);
        EXPECT_THAT(text + command_.process().stderr_text(), Not(HasSubstr(pms_.token())));
        EXPECT_THAT(pms_.changes(), IsEmpty());
        return report;
    }

    FakePms pms_;
    PmsFacts facts_{pms_};
    Tuner tuner_;
    Tuner command_;
};

TEST_F(PlexDoctor, FindsNothingWhereAllIsInOrder) {
    start_tuner();
    set_up();
    facts_.change([](PmsFacts::Facts& facts) {
        facts.date = http_date(std::time(nullptr));
        facts.allowed_networks = "127.0.0.1/8,10.0.0.0/8";
    });
    const Report report = look();
    EXPECT_EQ(report.code, 0) << report.json.dump(1);
    EXPECT_EQ(report.json.at("ok"), true);
    for (const char* name : {"server", "token", "plex-pass", "networks", "clock", "tuner", "device",
             "dvr", "guide", "channels", "leftovers"}) {
        EXPECT_EQ(report.verdict(name), "ok") << name;
    }
    EXPECT_THAT(report.word("server", "finding"), HasSubstr("1.43.0.1000"));
    EXPECT_THAT(report.word("guide", "finding"), HasSubstr("127.0.0.1"));

    command_.launch({.subcommand = "doctor",
        .flags = {"plex", "-plex-url", pms_.url(), "-token", pms_.token()},
        .settings = {{"BASE_URL", tuner_.url("")}}});
    EXPECT_EQ(command_.process().wait(), 0);
    EXPECT_THAT(command_.process().stdout_text(),
        AllOf(StartsWith("ok       server"), HasSubstr("all 2 are mapped")));
}

TEST_F(PlexDoctor, WhatIsNotSetUpIsNamedWithTheCommandThatMendsIt) {
    start_tuner();
    const Report report = look();
    EXPECT_EQ(report.code, 1);
    EXPECT_EQ(report.problems(), (std::vector<std::string>{"device", "guide"}));
    const std::string remedy = report.word("device", "remedy");
    EXPECT_EQ(remedy,
        "plex-tuner plex-dvr-sync -base-urls " + tuner_.url("") + " -device-ids " + kDeviceId);
    EXPECT_EQ(report.verdict("channels"), "skipped");
    EXPECT_EQ(report.verdict("clock"), "skipped");
    set_up(); // which is that command
    EXPECT_EQ(look().code, 0);
}

TEST_F(PlexDoctor, ServerAndTokenAreToldApart) {
    start_tuner();
    EXPECT_EQ(
        look({{"PMS_TOKEN", "wrong"}}).problems(), (std::vector<std::string>{"token", "guide"}));
    const Report none = look({{"PMS_TOKEN", ""}});
    EXPECT_THAT(none.word("token", "remedy"), HasSubstr("PLEX_TUNER_PMS_TOKEN"));
    EXPECT_EQ(none.verdict("device"), "skipped");
    const Report away = look({{"PMS_URL", "http://127.0.0.1:9"}});
    EXPECT_EQ(away.code, 1);
    EXPECT_THAT(away.word("server", "remedy"), HasSubstr("PLEX_TUNER_PMS_URL"));
    EXPECT_EQ(away.verdict("token"), "skipped");
    EXPECT_THAT(look({{"PMS_URL", tuner_.url("")}}).problems(), ::testing::Contains("server"));
    pms_.answer_next({503});
    EXPECT_THAT(look().word("server", "finding"), HasSubstr("starting"));
    const Report no_tuner = look({{"BASE_URL", "http://127.0.0.1:9"}});
    EXPECT_EQ(no_tuner.problems(), (std::vector<std::string>{"tuner"}));
    EXPECT_THAT(no_tuner.word("tuner", "remedy"), HasSubstr("PLEX_TUNER_BASE_URL"));

    command_.launch({.subcommand = "doctor", .flags = {"plex"}});
    EXPECT_EQ(command_.process().wait(), 2);
    EXPECT_THAT(command_.process().stderr_text(), HasSubstr("PLEX_TUNER_PMS_URL"));
}

TEST_F(PlexDoctor, SettingsOfTheServerThatBreakThingsAreFound) {
    start_tuner();
    set_up();
    facts_.change([](PmsFacts::Facts& facts) {
        facts.allowed_networks = "10.0.0.0/8";
        facts.has_pass = false;
        facts.date = http_date(std::time(nullptr) - 3'600);
    });
    const Report report = look();
    EXPECT_EQ(report.problems(), (std::vector<std::string>{"plex-pass", "networks", "clock"}));
    EXPECT_THAT(report.word("clock", "finding"), HasSubstr("behind ours"));
    // The remedy is a command that works.
    const std::string remedy = report.word("networks", "remedy");
    const CommandResult done =
        run_command({"sh", "-c", "PLEX_TUNER_PMS_TOKEN=" + pms_.token() + "; " + remedy});
    EXPECT_EQ(done.exit_code, 0) << remedy;
    EXPECT_EQ(facts_.now().allowed_networks, "127.0.0.1/8,::1/128,10.0.0.0/8");
    EXPECT_EQ(look().verdict("networks"), "ok");
}

TEST_F(PlexDoctor, WhatPlexHasIsComparedWithWhatIsServed) {
    start_tuner();
    set_up();
    pms_.set_alive(kDeviceId, false);
    EXPECT_THAT(look().word("device", "remedy"), HasSubstr("/discover.json"));
    pms_.move_device(kDeviceId, "http://10.0.0.5:5004");
    EXPECT_THAT(look().word("device", "finding"), HasSubstr("at http://10.0.0.5:5004"));
    pms_.move_device(kDeviceId, tuner_.url(""));
    pms_.set_alive(kDeviceId, true);

    pms_.forget_map(kDeviceId);
    const Report unmapped = look();
    EXPECT_EQ(unmapped.problems(), (std::vector<std::string>{"channels"}));
    EXPECT_THAT(unmapped.word("channels", "finding"), StartsWith("2 of 2 channels"));

    const int old = pms_.add_device("1043A0FF", "http://10.0.0.5:5199", "Silicondust", "Old");
    EXPECT_EQ(look().verdict("leftovers"), "ok"); // whose it is nobody has said
    const Report owned = look({{"PLEX_OWNED", "1043A0*"}});
    EXPECT_THAT(owned.word("leftovers", "finding"), HasSubstr("1043A0FF"));
    EXPECT_THAT(owned.word("leftovers", "remedy"), HasSubstr("-delete-unknown"));
    pms_.add_dvr(old, std::string(kForeign) + "oracle-Old");
    EXPECT_THAT(look().word("leftovers", "remedy"), HasSubstr("plex-epg-oracle-cleanup"));

    pms_.remove_dvr(pms_.dvr_of(kDeviceId)->key);
    EXPECT_EQ(look().verdict("dvr"), "problem");
    pms_.add_dvr(pms_.device(kDeviceId)->key, std::string(kForeign) + "Mine");
    EXPECT_THAT(look().word("dvr", "finding"), HasSubstr("http://a/g.xml"));
}

} // namespace
} // namespace plex_tuner::testing
