// SPDX-License-Identifier: GPL-3.0-or-later
// Moving in from another program: its folder becomes a tuner with the same numbers and guides.
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace plex_tuner::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Import : public ::testing::Test {
protected:
    Import() { std::filesystem::create_directory(tuner_.file("xteve")); }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(tuner_.file(name), std::ios::binary) << text;
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(tuner_.file(name), std::ios::binary).rdbuf();
        return text.str();
    }

    struct Output {
        int code;
        std::string text;
        std::string errors;
    };

    Output import(const std::vector<std::string>& arguments) {
        tuner_.launch({.subcommand = "import", .flags = arguments});
        const int code = tuner_.process().wait().value_or(-1);
        return {code, tuner_.process().stdout_text(), tuner_.process().stderr_text()};
    }

    /// xTeVe's folder with three channels, one of them not active.
    void write_xteve() {
        const std::string playlist =
            provider_.url("/get.php?username=joe&password=secret1&type=m3u_plus");
        write("xteve/settings.json",
            json{{"epgSource", "XEPG"}, {"buffer", "xteve"}, {"tuner", 2}, {"port", "34400"},
                {"files",
                    {{"m3u", {{"M1", {{"name", "Main"}, {"tuner", 2}, {"file.source", playlist}}}}},
                        {"xmltv", {{"X1", {{"name", "Guide"},
                                              {"file.source", provider_.url("/guide.xml")}}}}},
                        {"hdhr", json::object()}}}}
                .dump());
        const auto channel = [](const char* name, const char* tvg_id, const char* number,
                                 bool active) {
            return json{{"_file.m3u.id", "M1"}, {"name", name}, {"tvg-id", tvg_id},
                {"x-active", active}, {"x-channelID", number}, {"x-name", name},
                {"x-xmltv-file", "-"}, {"x-mapping", "-"}};
        };
        json channels = {{"x-ID.0", channel("Alpha", "alpha.tv", "1205", true)},
            {"x-ID.1", channel("Beta", "beta.tv", "17.2", true)},
            {"x-ID.2", channel("Gamma", "gamma.tv", "1206", false)}};
        // Mapped by hand to what neither its id nor its name would find.
        channels["x-ID.0"]["x-xmltv-file"] = "X1.xml";
        channels["x-ID.0"]["x-mapping"] = "chosen.tv";
        channels["x-ID.1"]["x-name"] = "Beta TV";
        write("xteve/xepg.json", channels.dump());
        write("xteve/urls.json", "{}");
    }

    void serve() {
        std::string playlist = "#EXTM3U\n";
        for (const char* const name : {"Gamma", "Beta", "Alpha"}) {
            std::string id(name);
            id[0] = static_cast<char>(id[0] + 32);
            playlist += "#EXTINF:-1 tvg-id=\"" + id + ".tv\" group-title=\"All\"," + name + "\n" +
                        provider_.url("/live/" + id + ".ts") + "\n";
        }
        provider_.on("/get.php", behave::content(playlist));
        std::string guide = "<tv>";
        for (const char* const id : {"alpha.tv", "chosen.tv", "beta.tv"}) {
            guide += "<channel id=\"" + std::string(id) + "\"><display-name>" + id +
                     "</display-name></channel>";
        }
        for (const char* const id : {"alpha.tv", "chosen.tv", "beta.tv"}) {
            guide += "<programme start=\"20200101000000 +0000\" stop=\"20400101000000 +0000\" "
                     "channel=\"" +
                     std::string(id) + "\"><title>show of " + id + "</title></programme>";
        }
        provider_.on("/guide.xml", behave::content(guide + "</tv>"));
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(Import, ATunerMadeOfAnXteveFolderHasItsNumbersAndGuides) {
    write_xteve();
    serve();
    const Output output = import({"xteve"});
    ASSERT_EQ(output.code, 0) << output.errors;
    EXPECT_THAT(
        output.text, AllOf(HasSubstr("from xTeVe"), HasSubstr("2 channels, 2 with their numbers"),
                         HasSubstr("1 channels that are not active"), Not(HasSubstr("secret1"))));
    EXPECT_THAT(output.errors, Not(HasSubstr("secret1")));
    struct stat status{};
    ASSERT_EQ(::stat(tuner_.file(".env").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);

    tuner_.start({}); // what was written is all it has
    ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    std::vector<std::string> lineup;
    for (const auto& row : json::parse(tuner_.get("/lineup.json").body)) {
        lineup.push_back(row.at("GuideNumber").get<std::string>() + " " +
                         row.at("GuideName").get<std::string>());
    }
    EXPECT_THAT(lineup, ElementsAre("17.2 Beta TV", "1205 Alpha"));
    ASSERT_TRUE(tuner_.process().wait_for_line({"guide published"}));
    const std::string guide = tuner_.get("/guide.xml").body;
    EXPECT_THAT(guide, AllOf(HasSubstr("show of chosen.tv"), HasSubstr("show of beta.tv"),
                           Not(HasSubstr("show of alpha.tv"))));
    EXPECT_EQ(provider_.requests("/get.php").at(0).target,
        "/get.php?username=joe&password=secret1&type=m3u_plus");

    ASSERT_EQ(tuner_.stop(), 0);
    tuner_.launch({.subcommand = "epg-link-report",
        .flags = {"-json", "-xmltv", provider_.url("/guide.xml")}});
    ASSERT_EQ(tuner_.process().wait(), 0);
    EXPECT_THAT(tuner_.process().stdout_text(),
        AllOf(HasSubstr("\"matched_xmltv_id\":\"chosen.tv\""), HasSubstr("\"1205\"")));
}

TEST_F(Import, NumbersThatTheAncestorShowedAreShownAgain) {
    serve();
    std::filesystem::create_directory(tuner_.file("old"));
    write("old/.env",
        "PLEX_TUNER_M3U_URL=" + provider_.url("/get.php") +
            "\nIPTV_TUNERR_GUIDE_NUMBER_OFFSET=1000\nPLEX_TUNER_FFMPEG_HLS_NOBUFFER=1\n");
    write("old/catalog.json",
        json{{"movies", nullptr}, {"series", nullptr},
            {"live_channels",
                {{{"channel_id", "7"}, {"guide_number", "7"}, {"guide_name", "Alpha"},
                    {"tvg_id", "alpha.tv"}, {"stream_url", "http://127.0.0.1:9/joe/secret1/7"},
                    {"epg_linked", true}}}}}
            .dump());
    const Output output = import({"old"});
    ASSERT_EQ(output.code, 0) << output.errors;
    EXPECT_THAT(output.text, AllOf(HasSubstr("from plex-tuner"),
                                 HasSubstr("PLEX_TUNER_FFMPEG_HLS_NOBUFFER: there is no such")));
    tuner_.start({});
    ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    std::map<std::string, std::string> numbers;
    for (const auto& row : json::parse(tuner_.get("/lineup.json").body)) {
        numbers[row.at("GuideName")] = row.at("GuideNumber");
    }
    EXPECT_EQ(numbers.size(), 3U); // those that came since stay in the lineup
    EXPECT_EQ(numbers["Alpha"], "1007");
}

TEST_F(Import, ADryRunWritesNothingAndFilesThatAreThereStay) {
    write_xteve();
    const Output dry = import({"-dry-run", "xteve"});
    EXPECT_EQ(dry.code, 0);
    EXPECT_THAT(dry.text, HasSubstr("would write"));
    EXPECT_FALSE(std::filesystem::exists(tuner_.file(".env")));
    EXPECT_FALSE(std::filesystem::exists(tuner_.file("channels.tsv")));

    write(".env", "# mine\n");
    const Output refused = import({"xteve"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, AllOf(HasSubstr(".env is there already"), HasSubstr("-force")));
    EXPECT_EQ(read(".env"), "# mine\n");
    EXPECT_FALSE(std::filesystem::exists(tuner_.file("channels.tsv")));
    EXPECT_EQ(import({"-force", "xteve"}).code, 0);
    EXPECT_THAT(read(".env"), HasSubstr("PLEX_TUNER_M3U_URL="));
    EXPECT_EQ(import({"-out", "elsewhere", "xteve"}).code, 0);
    EXPECT_THAT(read("elsewhere/channels.tsv"), HasSubstr("1205\talpha.tv\tAlpha\tchosen.tv"));
}

TEST_F(Import, WhatIsReadIsNotWrittenOver) {
    std::filesystem::create_directory(tuner_.file("old"));
    const std::string mine = "# mine\nPLEX_TUNER_M3U_URL=http://tv.example/list\n";
    write("old/.env", mine);
    std::filesystem::create_symlink("old", tuner_.file("same"));
    for (const char* const out : {"old", "same"}) {
        const Output refused = import({"-force", "-out", out, "old"});
        EXPECT_EQ(refused.code, 1);
        EXPECT_THAT(refused.errors, HasSubstr(".env is what is read"));
        EXPECT_EQ(read("old/.env"), mine);
    }
    const Output dry = import({"-dry-run", "-out", "old", "old"});
    EXPECT_EQ(dry.code, 0);
    EXPECT_THAT(dry.text, HasSubstr(".env, but that is what is read"));
    EXPECT_EQ(import({"old"}).code, 0);
    EXPECT_THAT(import({"-dry-run", "old"}).text, HasSubstr(".env, but that is there already"));
}

TEST_F(Import, AllFilesAreWrittenOrNone) {
    write_xteve();
    write("file", "");
    std::filesystem::create_directory(tuner_.file("one"));
    std::filesystem::create_symlink(tuner_.file("file/below/.env"), tuner_.file("one/.env"));
    const Output below = import({"-force", "-out", "one", "xteve"});
    EXPECT_EQ(below.code, 1);
    EXPECT_THAT(below.errors, HasSubstr("file/below"));
    std::filesystem::create_directories(tuner_.file("two/.env"));
    const Output directory = import({"-force", "-out", "two", "xteve"});
    EXPECT_EQ(directory.code, 1);
    EXPECT_THAT(directory.errors, HasSubstr(".env is a directory"));
    for (const char* const name : {"one", "two"}) {
        const std::filesystem::directory_iterator files(tuner_.file(name));
        EXPECT_EQ(std::distance(begin(files), end(files)), 1) << name;
    }
    std::filesystem::create_symlink("loop", tuner_.file("loop"));
    EXPECT_THAT(import({"-force", "-out", "loop", "xteve"}).errors,
        AllOf(HasSubstr("cannot look at"), HasSubstr("loop")));
}

TEST_F(Import, JsonSaysTheSameWithoutSecrets) {
    write_xteve();
    const Output output = import({"-json", "-dry-run", "xteve"});
    ASSERT_EQ(output.code, 0);
    EXPECT_THAT(output.text, Not(HasSubstr("secret1")));
    const json report = json::parse(output.text);
    EXPECT_EQ(report["origin"], "xTeVe");
    EXPECT_EQ(report["channels"][1]["number"], "1205");
    EXPECT_FALSE(report["left_out"].empty());
    ASSERT_EQ(report["files"].size(), 2U);
    EXPECT_EQ(report["files"][0]["path"], tuner_.file("channels.tsv").string());
    EXPECT_EQ(report["files"][1]["path"], tuner_.file(".env").string());
    EXPECT_EQ(report["files"][0]["written"], false);
    EXPECT_FALSE(report["files"][0].contains("in_the_way"));

    write(".env", "");
    std::filesystem::create_directory(tuner_.file("channels.tsv"));
    const json blocked = json::parse(import({"-json", "-dry-run", "xteve"}).text);
    EXPECT_EQ(blocked["files"][0]["in_the_way"], "directory");
    EXPECT_EQ(blocked["files"][1]["in_the_way"], "file");
    const json forced = json::parse(import({"-json", "-dry-run", "-force", "xteve"}).text);
    EXPECT_EQ(forced["files"][0]["in_the_way"], "directory");
    EXPECT_FALSE(forced["files"][1].contains("in_the_way"));
    const json written = json::parse(import({"-json", "-out", "out", "xteve"}).text);
    EXPECT_EQ(written["files"][0]["written"], true);
}

TEST_F(Import, WhatCannotBeUsedIsOneLineAndAnExitCode) {
    const auto failed = [&](const std::vector<std::string>& arguments, int code) {
        const Output output = import(arguments);
        EXPECT_EQ(output.code, code) << output.errors;
        EXPECT_EQ(output.text, "");
        EXPECT_EQ(std::ranges::count(output.errors, '\n'), 1) << output.errors;
        return output.errors;
    };
    EXPECT_THAT(failed({"xteve"}, 1), HasSubstr("neither settings.json"));
    write_xteve();
    write("xteve/xepg.json", "{\"x-ID.0\": {\"x-channelID\": [\"secret1\"]}}");
    EXPECT_THAT(
        failed({"xteve"}, 1), AllOf(HasSubstr("xepg.json: x-ID.0: x-channelID: must be a text"),
                                  Not(HasSubstr("secret1"))));
    EXPECT_THAT(failed({"nothing-here"}, 1), HasSubstr("nothing-here"));
    EXPECT_THAT(failed({}, 2), HasSubstr("name the folder"));
    EXPECT_THAT(failed({"-unknown", "xteve"}, 2), HasSubstr("there is no flag -unknown"));
}

} // namespace
} // namespace plex_tuner::testing
