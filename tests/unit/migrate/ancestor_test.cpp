// SPDX-License-Identifier: GPL-3.0-or-later
#include "folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::migrate {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCatalog = R"({"movies": [], "series": [], "live_channels": [
  {"channel_id": "a", "guide_number": "7", "guide_name": "Seven", "tvg_id": "seven.us",
   "stream_url": "http://tv.example/live/joe/secret1/7.ts", "epg_linked": true},
  {"channel_id": "b", "guide_number": "5.1", "guide_name": "Five", "stream_url": "http://t/5"},
  {"channel_id": "c", "guide_number": "7", "guide_name": "Twin", "stream_url": "http://t/8"}]})";

class AncestorFiles : public ::testing::Test {
protected:
    Result<Imported> import(const std::vector<std::string>& names) {
        std::vector<std::filesystem::path> paths;
        for (const std::string& name : names) {
            paths.push_back(folder_.path(name));
        }
        return import_any(paths);
    }

    Imported imported(const std::vector<std::string>& names) {
        auto result = import(names);
        EXPECT_TRUE(result) << result.error().message();
        return result ? *result : Imported{};
    }

    Folder folder_;
};

TEST_F(AncestorFiles, VariablesKeepTheirNamesOrGetOurs) {
    folder_.write("old", "# comment\nexport PLEX_TUNER_PROVIDER_URL=http://tv.example\n"
                         "PLEX_TUNER_PROVIDER_USER=joe\nPLEX_TUNER_PROVIDER_PASS=\"secret1\"\n"
                         "PLEX_TUNER_PROVIDER_URL_2=http://two.example\n"
                         "PLEX_TUNER_HDHR_DEVICE_ID=12345678\nIPTV_TUNERR_TUNER_COUNT=4\n"
                         "PLEX_TUNER_TS_INSPECT=1\nPLEX_TUNER_TUNER_COUNT_X=1\n"
                         "PLEX_TUNER_REFRESH=soon\nPLEX_HOST=10.0.0.2\nTZ=UTC\n"
                         "PLEX_TUNER_PMS_TOKEN_FILE=/run/secrets/token\n");
    const Imported result = imported({"old"});
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_URL"), "http://tv.example");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_PASS"), "secret1");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_URL_2"), "http://two.example");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_DEVICE_ID"), "12345678");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_TUNER_COUNT"), "4");
    EXPECT_EQ(value_of(result, "PLEX_HOST"), "10.0.0.2");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PMS_TOKEN_FILE"), "/run/secrets/token");
    EXPECT_THAT(reason_of(result, "PLEX_TUNER_TS_INSPECT"), HasSubstr("no such setting"));
    EXPECT_THAT(reason_of(result, "PLEX_TUNER_TUNER_COUNT_X"), HasSubstr("no such setting"));
    EXPECT_THAT(reason_of(result, "PLEX_TUNER_REFRESH"), HasSubstr("not taken"));
    EXPECT_THAT(reason_of(result, "TZ"), HasSubstr("no variable of this program"));
    EXPECT_THAT(report_text(result), AllOf(Not(HasSubstr("secret1")), Not(HasSubstr("=joe"))));
}

TEST_F(AncestorFiles, NumbersOfTheCatalogAreThoseThatClientsSaw) {
    folder_.write(".env", "PLEX_TUNER_GUIDE_NUMBER_OFFSET=1000\n");
    folder_.write("catalog.json", kCatalog);
    const Imported result = imported({""});
    ASSERT_EQ(result.tables.size(), 1U);
    EXPECT_THAT(rows_of(result.tables[0]), ElementsAre("1007|seven.us|Seven||", "5.1||Five||"));
    EXPECT_TRUE(result.tables[0].keeps_others);
}

TEST_F(AncestorFiles, AChannelThatNothingNamesIsNoRow) {
    folder_.write("catalog.json", R"({"movies": [], "series": [], "live_channels": [
      {"channel_id": "a", "guide_number": "1", "guide_name": "-", "stream_url": "http://t/1"},
      {"channel_id": "b", "guide_number": "2", "guide_name": "\u0001\u0002", "stream_url": "http://t/2"},
      {"channel_id": "c", "guide_number": "3", "guide_name": "", "tvg_id": "-", "stream_url": "http://t/3"},
      {"channel_id": "d", "guide_number": "1", "guide_name": "One", "stream_url": "http://t/4"},
      {"channel_id": "e", "guide_number": "4", "guide_name": "-", "tvg_id": "four", "stream_url": "http://t/5"}]})");
    const Imported result = imported({"catalog.json"});
    ASSERT_EQ(result.tables.size(), 1U);
    EXPECT_THAT(rows_of(result.tables[0]), ElementsAre("1||One||", "4|four|||"));
    EXPECT_NE(reason_of(result, "channels of the catalog without name and tvg-id"), "");
    EXPECT_EQ(files_of(result, folder_.path("out")).size(), 2U);
}

TEST_F(AncestorFiles, MoreChannelsThanATableTakesAreNamed) {
    std::string catalog = R"({"movies": [], "series": [], "live_channels": [)";
    for (std::size_t i = 0; i <= lineup::ChannelTable::kMaxRows; ++i) {
        const std::string number = std::to_string(i + 1);
        catalog += (i == 0 ? R"({"channel_id":")" : R"(,{"channel_id":")") + number +
                   R"(","guide_number":")" + number + R"(","guide_name":"c","stream_url":"u"})";
    }
    folder_.write("catalog.json", catalog + "]}");
    const Imported result = imported({"catalog.json"});
    EXPECT_NE(reason_of(result, "1 channels at the end of the table"), "");
    EXPECT_EQ(files_of(result, folder_.path("out")).size(), 2U);
}

TEST_F(AncestorFiles, ATableThatWouldNotBeReadAgainIsNotWritten) {
    const Imported imported{
        .origin = "test", .tables = {{"channels.tsv", {{.number = "1", .name = "-"}}, true}}};
    const auto files = output_files(imported, folder_.path());
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().message(), HasSubstr("channels.tsv would not be read again: line"));
}

TEST_F(AncestorFiles, TunersWhoseNamesAreAlikeHaveTablesOfTheirOwn) {
    folder_.write("catalog.json", kCatalog);
    const std::string catalog = folder_.path("catalog.json").string();
    json file = {{"instances", json::array()}};
    for (const char* const name : {"tv uk", "tv_uk", "tv/uk"}) {
        file["instances"].push_back({{"name", name}, {"args", {"run", "-catalog=" + catalog}}});
    }
    folder_.write("supervisor.json", file.dump());
    const auto files = files_of(imported({"supervisor.json"}), folder_.path("out"));
    const auto supervise = json::parse(files.back().text);
    std::vector<std::string> names;
    for (const json& one : supervise["instances"]) {
        names.push_back(
            std::filesystem::path(one["env"]["PLEX_TUNER_LINEUP_CHANNELS_FILE"].get<std::string>())
                .filename());
    }
    EXPECT_THAT(
        names, ElementsAre("channels-tv_uk.tsv", "channels-tv_uk-2.tsv", "channels-tv_uk-3.tsv"));
    ASSERT_EQ(files.size(), 4U);
    EXPECT_EQ(files[1].path, folder_.path("out/channels-tv_uk-2.tsv"));
}

TEST_F(AncestorFiles, AliasesAreTakenAsTheyAre) {
    const std::string text = R"({"name_to_xmltv_id": {"BBC One": "bbc1.uk"}})";
    folder_.write("aliases.json", text);
    const Imported result = imported({"aliases.json"});
    EXPECT_EQ(result.aliases, text);
    const auto files = files_of(result, folder_.path("out"));
    ASSERT_EQ(files.size(), 2U);
    EXPECT_THAT(files.back().text,
        HasSubstr("PLEX_TUNER_XMLTV_ALIASES=" + folder_.path("out/aliases.json").string()));
}

TEST_F(AncestorFiles, EachTunerOfASupervisorKeepsItsNumbers) {
    folder_.write("catalog.json", kCatalog);
    const std::string catalog = folder_.path("catalog.json").string();
    folder_.write("supervisor.json",
        json{{"restart", true}, {"emby", {{"host", "x"}}},
            {"instances",
                {{{"name", "sports"}, {"args", {"run", "-catalog=" + catalog}},
                     {"env", {{"PLEX_TUNER_GUIDE_NUMBER_OFFSET", "2000"},
                                 {"PLEX_TUNER_HDHR_FRIENDLY_NAME", "Sports"},
                                 {"PLEX_TUNER_TS_INSPECT", "1"}}}},
                    {{"name", "gone"}, {"args", {"run", "-catalog", "/nowhere/catalog.json"}}}}}}
            .dump());
    const Imported result = imported({"supervisor.json"});
    ASSERT_EQ(result.tables.size(), 1U);
    EXPECT_THAT(rows_of(result.tables[0]), ElementsAre("2007|seven.us|Seven||", "5.1||Five||"));
    EXPECT_NE(reason_of(result, "the numbers of gone"), "");
    EXPECT_NE(reason_of(result, "sports: PLEX_TUNER_TS_INSPECT"), "");
    EXPECT_NE(reason_of(result, "emby of the supervisor"), "");
    const auto files = files_of(result, folder_.path("out"));
    const auto supervise = json::parse(files.back().text);
    EXPECT_EQ(files.back().mode, 0600U);
    EXPECT_FALSE(supervise.contains("emby"));
    const json& env = supervise["instances"][0]["env"];
    EXPECT_EQ(env["PLEX_TUNER_FRIENDLY_NAME"], "Sports");
    EXPECT_EQ(
        env["PLEX_TUNER_LINEUP_CHANNELS_FILE"], folder_.path("out/channels-sports.tsv").string());
}

TEST_F(AncestorFiles, WhatCannotBeReadIsNamed) {
    const auto error = [&](const std::string& text) {
        folder_.write("file", text);
        const auto result = import({"file"});
        return result ? std::string("none") : result.error().message();
    };
    EXPECT_THAT(error("nothing of use"), HasSubstr("there is no line KEY=VALUE in it"));
    EXPECT_THAT(
        error("{\"instances\": [}"), HasSubstr("file: it is no JSON: see line 1, column 16"));
    EXPECT_THAT(error("{\"instances\": {}}"), HasSubstr("instances: must be a list"));
    EXPECT_THAT(error("{\"instances\": [7]}"), HasSubstr("instances[0]: must be an object"));
    EXPECT_THAT(
        error("{\"instances\": [{\"args\": 1}]}"), HasSubstr("instances[0]: args: must be"));
    EXPECT_THAT(error("{\"instances\": [{\"env\": {\"A\": []}}]}"),
        HasSubstr("instances[0]: env: A: must be a text"));
    EXPECT_THAT(error("{\"other\": 1}"), HasSubstr("it is no supervisor's configuration"));
    EXPECT_THAT(error("{\"live_channels\": [{\"guide_n"), HasSubstr("file"));
    EXPECT_THAT(import({"missing"}).error().message(), HasSubstr("missing"));
    folder_.write("a", "PLEX_TUNER_ADDR=:1\n");
    folder_.write("b", "PLEX_TUNER_ADDR=:1\n");
    EXPECT_THAT(import({"a", "b"}).error().message(), HasSubstr("another file of variables"));
}

TEST_F(AncestorFiles, AMarkOfTheByteOrderDoesNotMatter) {
    const std::string mark = "\xEF\xBB\xBF";
    folder_.write("catalog.json", mark + kCatalog);
    folder_.write("supervisor.json", mark + R"({"instances": []})");
    folder_.write("aliases.json", mark + R"({"name_to_xmltv_id": {}})");
    const Imported result = imported({"catalog.json", "supervisor.json", "aliases.json"});
    EXPECT_EQ(result.tables.size(), 1U);
    EXPECT_NE(result.supervisor, "");
    EXPECT_EQ(result.aliases, R"({"name_to_xmltv_id": {}})");
}

TEST_F(AncestorFiles, NestingWithoutEndIsRefused) {
    const auto nested = [](std::size_t levels) {
        return R"({"instances": [{"name": "a", "args": [], "x": )" + std::string(levels, '[') +
               std::string(levels, ']') + "}]}";
    };
    folder_.write("file", nested(200'000));
    const auto result = import({"file"});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), HasSubstr("file: it is nested more than 64 levels deep"));
    folder_.write("file", nested(40));
    EXPECT_EQ(files_of(imported({"file"}), folder_.path("out")).size(), 1U);
}

TEST_F(AncestorFiles, WhatCannotBeLookedAtIsNotMissing) {
    std::filesystem::create_symlink(".env", folder_.path(".env")); // leads to itself
    const auto result = import({""});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), AllOf(HasSubstr("cannot look at"), HasSubstr(".env")));
}

TEST_F(AncestorFiles, AValueOfSeveralLinesIsNotWritten) {
    folder_.write("supervisor.json",
        json{{"instances", {{{"name", "a"}, {"args", json::array()},
                               {"env", {{"PLEX_TOKEN", "x\nPLEX_TUNER_ADDR=:1"},
                                           {"PLEX_TUNER_FRIENDLY_NAME", "a\x1b[31m"}}}}}}}
            .dump());
    const Imported result = imported({"supervisor.json"});
    EXPECT_THAT(reason_of(result, "a: PLEX_TOKEN"), HasSubstr("more than one line"));
    EXPECT_THAT(reason_of(result, "a: PLEX_TUNER_FRIENDLY_NAME"), HasSubstr("control characters"));
    const Imported unchecked{
        .origin = "test", .settings = {{"PLEX_TUNER_FRIENDLY_NAME", "a\nPLEX_TUNER_ADDR=:1"}}};
    EXPECT_FALSE(output_files(unchecked, folder_.path()));
}

TEST_F(AncestorFiles, ValuesAreWrittenSoThatTheyAreReadTheSame) {
    Imported imported{.origin = "test",
        .settings = {{"PLEX_TUNER_FRIENDLY_NAME", "\"quoted\""},
            {"PLEX_TUNER_HDHR_MODEL_NUMBER", " blank "}}};
    const auto files = files_of(imported, folder_.path());
    ASSERT_EQ(files.size(), 1U);
    folder_.write(".env", files[0].text);
    const Imported again = this->imported({".env"});
    EXPECT_EQ(again.settings, imported.settings);
}

} // namespace
} // namespace plex_tuner::migrate
