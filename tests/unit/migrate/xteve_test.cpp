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

json channel(const std::string& name, const std::string& tvg_id, const std::string& number) {
    return {{"_file.m3u.id", "M1AAAA"}, {"_file.m3u.name", "Main"}, {"_file.m3u.path", ""},
        {"group-title", "UK"}, {"name", name}, {"tvg-id", tvg_id}, {"tvg-logo", ""},
        {"tvg-name", name}, {"url", "http://tv.example/live/joe/secret1/1.ts"},
        {"_uuid.key", "tvg-id"}, {"_uuid.value", tvg_id}, {"_values", name}, {"x-active", true},
        {"x-category", ""}, {"x-channelID", number}, {"x-epg", "x-ID.0"}, {"x-group-title", "UK"},
        {"x-mapping", "-"}, {"x-xmltv-file", "-"}, {"x-name", name},
        {"x-update-channel-icon", false}, {"x-update-channel-name", false}, {"x-description", ""}};
}

class XteveFolder : public ::testing::Test {
protected:
    XteveFolder() {
        settings_ = {{"authentication.web", false}, {"buffer", "-"}, {"epgSource", "XEPG"},
            {"files",
                {{"hdhr", json::object()},
                    {"m3u", {{"M1AAAA",
                                {{"name", "Main"}, {"type", "m3u"}, {"tuner", 2},
                                    {"file.xteve", "M1AAAA.m3u"},
                                    {"file.source",
                                        "http://tv.example/get.php?username=joe&password=secret1&"
                                        "type=m3u_plus"}}}}},
                    {"xmltv", {{"X1BBBB", {{"name", "Guide"},
                                              {"file.source", "http://epg.example/g.xml.gz"}}}}}}},
            {"filter", json::object()}, {"port", "34400"}, {"ssdp", true}, {"tuner", 3},
            {"update", {"0000"}}, {"user.agent", "xTeVe"}, {"uuid", "2021-03-AAAA-BBBBBB"},
            {"version", "2.1.0"}};
    }

    Result<Imported> import() {
        folder_.write("settings.json", settings_.dump(2));
        folder_.write("xepg.json", channels_.dump(2));
        folder_.write("urls.json", "{}");
        return import_xteve(folder_.path());
    }

    Imported imported() {
        auto result = import();
        EXPECT_TRUE(result) << result.error().message();
        return result ? *result : Imported{};
    }

    /// What is said of a folder that cannot be used.
    std::string error() {
        const auto result = import_xteve(folder_.path());
        return result ? std::string("none") : result.error().message();
    }

    Folder folder_;
    json settings_;
    json channels_ = json::object();
};

TEST_F(XteveFolder, PlaylistsGuidesAndTunersBecomeSettings) {
    settings_["files"]["m3u"]["M2CCCC"] = {{"name", "Local"}, {"file.source", "/tv/local.m3u"}};
    settings_["files"]["hdhr"]["H1DDDD"] = {{"name", "Antenna"}, {"file.source", "192.168.1.20"}};
    settings_["user.agent"] = "VLC/3.0";
    settings_["ssdp"] = false;
    const Imported result = imported();
    EXPECT_EQ(result.origin, "xTeVe");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_M3U_URL"),
        "http://tv.example/get.php?username=joe&password=secret1&type=m3u_plus");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_TAG"), "Main");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_M3U_URL_2"), "/tv/local.m3u");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_HDHOMERUN_URL_3"), "http://192.168.1.20");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_XMLTV_URL"), "http://epg.example/g.xml.gz");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_XMLTV_PROVIDER"), "last");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_TUNER_COUNT"), "3");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_USER_AGENT"), "VLC/3.0");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_SSDP_DISABLED"), "true");
    // Without a buffer the limit of a playlist is not in force there.
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_MAX_CONNECTIONS"), "");
}

TEST_F(XteveFolder, WithABufferAPlaylistHasItsLimit) {
    settings_["buffer"] = "ffmpeg";
    const Imported result = imported();
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_MAX_CONNECTIONS"), "2");
    EXPECT_THAT(reason_of(result, "the buffer (ffmpeg)"), HasSubstr("shared"));
}

TEST_F(XteveFolder, ActiveChannelsKeepNumberNameAndGuide) {
    channels_["x-ID.0"] = channel("BBC One", "bbc1.uk", "1001");
    channels_["x-ID.0"]["x-xmltv-file"] = "X1BBBB.xml";
    channels_["x-ID.0"]["x-mapping"] = "BBCOneHD.uk";
    channels_["x-ID.1"] = channel("UK: ITV", "", "5.1");
    channels_["x-ID.1"]["x-name"] = "ITV";
    channels_["x-ID.1"]["x-xmltv-file"] = "xTeVe Dummy";
    channels_["x-ID.1"]["x-mapping"] = "60_Minutes";
    channels_["x-ID.2"] = channel("Shop", "shop.uk", "1002");
    channels_["x-ID.2"]["x-active"] = false;
    const Imported result = imported();
    ASSERT_EQ(result.tables.size(), 1U);
    EXPECT_THAT(rows_of(result.tables[0]),
        ElementsAre("5.1||UK: ITV||ITV", "1001|bbc1.uk|BBC One|BBCOneHD.uk|"));
    EXPECT_FALSE(result.tables[0].keeps_others);
    EXPECT_THAT(reason_of(result, "1 channels that are not active"), HasSubstr("not in the table"));
}

TEST_F(XteveFolder, MoreThanAPlexLineupHoldsIsNotCut) {
    for (int i = 0; i < 481; ++i) {
        const std::string number = std::to_string(1000 + i);
        channels_["x-ID." + number] = channel("C" + number, "c" + number, number);
    }
    EXPECT_EQ(value_of(imported(), "PLEX_TUNER_LINEUP_MAX_CHANNELS"), "-1");
}

TEST_F(XteveFolder, TheGuideThatMostChannelsUseComesFirst) {
    settings_["files"]["xmltv"]["X0AAAA"] = {{"name", "Other"}, {"file.source", "/tv/other.xml"}};
    for (const char* const number : {"1", "2"}) {
        channels_[number] = channel(std::string("A") + number, "", number);
        channels_[number]["x-xmltv-file"] = "X1BBBB.xml";
        channels_[number]["x-mapping"] = "id";
    }
    channels_["3"] = channel("B", "", "3");
    channels_["3"]["x-xmltv-file"] = "X0AAAA.xml";
    channels_["3"]["x-mapping"] = "id3";
    const Imported result = imported();
    EXPECT_EQ(value_of(result, "PLEX_TUNER_XMLTV_URL"), "http://epg.example/g.xml.gz");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_XMLTV_URL_2"), "/tv/other.xml");
    EXPECT_THAT(reason_of(result, "which guide"), HasSubstr("first one that has that id"));
}

TEST_F(XteveFolder, NumbersThatCannotBeKeptAreNamed) {
    channels_["a"] = channel("First", "", "7");
    channels_["b"] = channel("Second", "", "007");
    channels_["c"] = channel("Large", "", "1e+06");
    channels_["d"] = channel("Huge", "", "99999999999999999999");
    const Imported result = imported();
    EXPECT_THAT(rows_of(result.tables[0]),
        ::testing::UnorderedElementsAre("7||First||", "||Second||", "||Large||", "||Huge||"));
    EXPECT_THAT(reason_of(result, "number 7 a second time"), HasSubstr("First has it"));
    EXPECT_THAT(reason_of(result, "number '1e+06'"), HasSubstr("free one"));
    EXPECT_THAT(reason_of(result, "number '99999999999999999999'"), HasSubstr("free one"));
}

TEST_F(XteveFolder, AChannelOfTwoPlaylistsIsOneWithABackup) {
    settings_["files"]["m3u"]["M2CCCC"] = {{"name", "Second"}, {"file.source", "/tv/2.m3u"}};
    channels_["a"] = channel("CNN", "cnn.us", "1");
    channels_["b"] = channel("CNN HD", "CNN.us", "2");
    channels_["b"]["_file.m3u.id"] = "M2CCCC";
    const Imported result = imported();
    EXPECT_THAT(rows_of(result.tables[0]), ElementsAre("1|cnn.us|CNN||"));
    EXPECT_THAT(reason_of(result, "channels that two playlists have"), HasSubstr("backup"));
}

TEST_F(XteveFolder, AChannelThatWasSwitchedOffInTheFirstPlaylistIsTakenFromTheSecond) {
    settings_["files"]["m3u"]["M2CCCC"] = {{"name", "Second"}, {"file.source", "/tv/2.m3u"}};
    channels_["a"] = channel("CNN SD", "cnn.us", "1");
    channels_["a"]["x-active"] = false;
    channels_["b"] = channel("CNN HD", "CNN.us", "2");
    channels_["c"] = channel("ITV", "itv.uk", "3");
    channels_["c"]["x-hide-channel"] = true;
    channels_["d"] = channel("ITV", "itv.uk", "4");
    channels_["e"] = channel("BBC SD", "bbc.uk", "5");
    channels_["e"]["x-active"] = false;
    channels_["f"] = channel("BBC HD", "bbc.uk", "6");
    channels_["f"]["x-name"] = "BBC";
    for (const char* const key : {"b", "d", "f"}) {
        channels_[key]["_file.m3u.id"] = "M2CCCC";
    }
    const Imported result = imported();
    // The merged channel is called as in the first playlist, unless the row says something else.
    EXPECT_THAT(rows_of(result.tables[0]),
        ElementsAre("2|CNN.us|CNN HD||CNN HD", "4|itv.uk|ITV||", "6|bbc.uk|BBC HD||BBC"));
    EXPECT_EQ(reason_of(result, "channels that two playlists have"), "");
}

TEST_F(XteveFolder, ChannelsWithTheSameReasonAreListedTogether) {
    for (const char* const key : {"a", "b", "c"}) {
        channels_[key] = channel(key, "", "odd");
    }
    channels_["d"] = channel("d", "", "odder");
    const Imported result = imported();
    std::vector<std::size_t> sizes;
    for (const LeftOut& one : result.left_out) {
        if (one.what.starts_with("number 'odd")) {
            sizes.push_back(one.channels.size());
        }
    }
    EXPECT_THAT(sizes, ElementsAre(3U, 1U));
}

TEST_F(XteveFolder, WhatHasNoCounterpartIsListed) {
    settings_["authentication.web"] = true;
    settings_["udpxy"] = "192.168.1.2:4022";
    settings_["cache.images"] = true;
    settings_["filter"]["0"] = {{"active", true}, {"name", "British"}, {"filter", "UK"},
        {"type", "group-title"}, {"caseSensitive", false}, {"include", ""}, {"exclude", ""}};
    settings_["future.setting"] = 1;
    channels_["a"] = channel("CNN", "cnn.us", "1");
    channels_["a"]["x-category"] = "news";
    channels_["a"]["x-timeshift"] = "2";
    channels_["a"]["x-group-title"] = "Mine";
    channels_["a"]["x-xmltv-file"] = "XGONE.xml";
    channels_["a"]["x-mapping"] = "CNN";
    const Imported result = imported();
    for (const char* const what :
        {"authentication.web", "udpxy", "cache.images", "the filter British", "port 34400",
            "the device id", "updates at 0000", "categories of channels", "time shift of 2 hours",
            "other groups", "settings that are not known: future.setting",
            "a guide that is not there any more (XGONE.xml)"}) {
        EXPECT_NE(reason_of(result, what), "") << what;
    }
}

TEST_F(XteveFolder, ThreadfinIsKnownByItsFieldsAndHasItsOwn) {
    settings_["ThreadfinAutoUpdate"] = true;
    settings_["bindIpAddress"] = "192.168.1.5";
    settings_["files"]["m3u"]["M1AAAA"].erase("file.xteve");
    settings_["files"]["m3u"]["M1AAAA"]["file.threadfin"] = "M1AAAA.m3u";
    settings_["user.agent"] = "Threadfin";
    settings_["filter"]["0"] = {{"active", true}, {"filter", "UK"}, {"startingNumber", "500"}};
    channels_["a"] = channel("PPV 1", "", "500");
    channels_["a"]["x-xmltv-file"] = "Threadfin Dummy";
    channels_["a"]["x-mapping"] = "PPV";
    channels_["a"]["live"] = true;
    channels_["a"]["x-backup-channel-1"] = "PPV 2";
    channels_["b"] = channel("PPV 2", "", "501");
    channels_["b"]["x-hide-channel"] = true;
    const Imported result = imported();
    EXPECT_EQ(result.origin, "Threadfin");
    EXPECT_THAT(rows_of(result.tables[0]), ElementsAre("500||PPV 1||"));
    EXPECT_THAT(reason_of(result, "bindIpAddress"), HasSubstr("PLEX_TUNER_ADDR=192.168.1.5:5004"));
    EXPECT_NE(reason_of(result, "backup channels"), "");
    EXPECT_NE(reason_of(result, "hidden channels"), "");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_USER_AGENT"), "");
}

TEST_F(XteveFolder, WithPlexAsGuideThereIsNoTable) {
    settings_["epgSource"] = "PMS";
    const Imported result = imported();
    EXPECT_TRUE(result.tables.empty());
    EXPECT_NE(reason_of(result, "numbers and guides given in Plex"), "");
}

TEST_F(XteveFolder, NothingThatIsSaidHoldsAPassword) {
    settings_["files"]["m3u"]["M1AAAA"]["name"] = "http://tv.example/get.php?password=secret1";
    channels_["a"] = channel("CNN", "cnn.us", "x");
    const Imported result = imported();
    EXPECT_THAT(report_text(result), Not(HasSubstr("secret1")));
    EXPECT_THAT(report_json(result, {}), Not(HasSubstr("secret1")));
    const auto files = files_of(result, folder_.path("out"));
    const auto dotenv = std::ranges::find_if(
        files, [](const OutputFile& file) { return file.path.filename() == ".env"; });
    ASSERT_NE(dotenv, files.end());
    EXPECT_EQ(dotenv->mode, 0600U);
    EXPECT_THAT(dotenv->text,
        AllOf(HasSubstr("password=secret1"), HasSubstr("PLEX_TUNER_LINEUP_CHANNELS_FILE=" +
                                                       folder_.path("out/channels.tsv").string())));
}

TEST_F(XteveFolder, NoValueIsALineOfItsOwn) {
    const std::string line = "\nPLEX_TUNER_BASE_URL=http://evil.example";
    settings_["files"]["m3u"]["M0AAAA"] = {{"name", "Odd"}, {"file.source", "http://a/" + line}};
    settings_["files"]["xmltv"]["X0AAAA"] = {{"name", "Old"}, {"file.source", "/g.xml" + line}};
    settings_["user.agent"] = "VLC" + line;
    settings_["filter"]["0"] = {{"active", true}, {"name", "red \x1b[31m\x7f\xc2\x9b"}};
    channels_["a"] = channel("CNN\x7f\xc2\x9b\x31m", "", "odd");
    const Imported result = imported();
    for (const char* const what :
        {"the address of the playlist Odd", "the address of the guide Old", "user.agent"}) {
        EXPECT_THAT(reason_of(result, what), HasSubstr("more than one line")) << what;
    }
    // The others take their places.
    EXPECT_THAT(value_of(result, "PLEX_TUNER_M3U_URL"), HasSubstr("tv.example"));
    EXPECT_THAT(value_of(result, "PLEX_TUNER_XMLTV_URL"), HasSubstr("epg.example"));
    EXPECT_EQ(value_of(result, "PLEX_TUNER_M3U_URL_2"), "");
    for (const OutputFile& file : files_of(result, folder_.path("out"))) {
        EXPECT_THAT(file.text, Not(HasSubstr("evil"))) << file.path;
    }
    const std::string report = report_text(result);
    EXPECT_THAT(report, AllOf(HasSubstr("the filter red ?"), HasSubstr("CNN")));
    for (const char* const control : {"\x1b", "\x7f", "\xc2\x9b"}) {
        EXPECT_THAT(report, Not(HasSubstr(control)));
    }
}

TEST_F(XteveFolder, WhatOurConfigurationRefusesIsLeftOut) {
    settings_["files"]["hdhr"]["H1DDDD"] = {{"name", "Antenna"}, {"file.source", "fe80::1"}};
    settings_["files"]["m3u"]["M2CCCC"] = {
        {"name", "Second"}, {"file.source", "ftp://tv.example/topsecret/list.m3u"}};
    const Imported result = imported();
    EXPECT_THAT(reason_of(result, "the address of the playlist Antenna"),
        HasSubstr("not taken; expected an http"));
    EXPECT_THAT(reason_of(result, "the address of the playlist Second"), HasSubstr("not taken"));
    EXPECT_EQ(value_of(result, "PLEX_TUNER_HDHOMERUN_URL_2"), "");
    EXPECT_EQ(value_of(result, "PLEX_TUNER_PROVIDER_TAG_2"), "");
    EXPECT_THAT(report_text(result), Not(HasSubstr("topsecret")));
}

TEST_F(XteveFolder, OfAddressesTheReportSaysTheHostAlone) {
    settings_["files"]["m3u"]["M1AAAA"]["file.source"] = "http://tv.example/p/t0ken/list?k=t0ken";
    settings_["files"]["xmltv"]["X1BBBB"]["file.source"] = "http://epg.example:8080/t0ken.xml";
    const Imported result = imported();
    EXPECT_THAT(
        report_text(result), AllOf(HasSubstr("PLEX_TUNER_M3U_URL=http://tv.example:80/***\n"),
                                 HasSubstr("PLEX_TUNER_XMLTV_URL=http://epg.example:8080/***\n"),
                                 Not(HasSubstr("t0ken"))));
    EXPECT_THAT(report_json(result, {}), Not(HasSubstr("t0ken")));
}

TEST_F(XteveFolder, WhatCannotBeReadIsNamedByFileAndPlace) {
    EXPECT_THAT(error(), HasSubstr("settings.json"));
    ASSERT_TRUE(import());

    folder_.write("settings.json", settings_.dump(2).substr(0, 300));
    EXPECT_THAT(
        error(), AllOf(HasSubstr("settings.json: it is no whole JSON: it ends in the middle"),
                     Not(HasSubstr("secret1"))));
    folder_.write("settings.json", "{\"port\": secret1}");
    EXPECT_THAT(error(), AllOf(HasSubstr("settings.json: it is no JSON: see line 1, column 10"),
                             Not(HasSubstr("secret1"))));
    folder_.write("settings.json", "{\"tuner\": 1e999}");
    EXPECT_THAT(error(), HasSubstr("the number of \"tuner\" is too large"));
    folder_.write("settings.json", "[]");
    EXPECT_THAT(error(), HasSubstr("must be a JSON object, and is of the type array"));
    folder_.write("settings.json", "");
    EXPECT_THAT(error(), HasSubstr("settings.json: "));

    settings_["tuner"] = 1e300;
    folder_.write("settings.json", settings_.dump());
    EXPECT_THAT(error(), HasSubstr("settings.json: tuner: must be a whole number from 0 to"));
    settings_["tuner"] = "many";
    folder_.write("settings.json", settings_.dump());
    EXPECT_THAT(error(), HasSubstr("settings.json: tuner: must be a whole number"));
    settings_["tuner"] = json::array({1});
    folder_.write("settings.json", settings_.dump());
    EXPECT_THAT(
        error(), HasSubstr("settings.json: tuner: must be a number, and is of the type array"));
    settings_["tuner"] = 1;
    settings_["files"]["m3u"]["M1AAAA"] = "text";
    folder_.write("settings.json", settings_.dump());
    EXPECT_THAT(error(), HasSubstr("settings.json: files: m3u: M1AAAA: must be an object"));
    settings_["files"] = 7;
    folder_.write("settings.json", settings_.dump());
    EXPECT_THAT(error(), HasSubstr("settings.json: files: must be an object"));
}

TEST_F(XteveFolder, ChannelsOfTheWrongFormAreNamed) {
    channels_["x-ID.0"] = channel("CNN", "cnn.us", "1");
    channels_["x-ID.0"]["x-active"] = "yes";
    auto result = import();
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(),
        HasSubstr("xepg.json: x-ID.0: x-active: must be true or false, and is of the type string"));
    channels_["x-ID.0"] = json::array();
    result = import();
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message(), HasSubstr("xepg.json: x-ID.0: must be an object"));
    std::filesystem::remove(folder_.path("xepg.json"));
    EXPECT_THAT(error(), HasSubstr("xepg.json"));
}

} // namespace
} // namespace plex_tuner::migrate
