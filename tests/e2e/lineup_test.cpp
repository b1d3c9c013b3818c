// SPDX-License-Identifier: GPL-3.0-or-later
// Which channels a configuration gives, as the command says and as clients see.
#include "support/tuner.hpp"

#include <csignal>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class LineupOf : public ::testing::Test {
protected:
    struct Row {
        std::string name;
        std::string group;
    };

    void write_playlist(const std::vector<Row>& rows) {
        std::ofstream file(tuner_.file("list.m3u"));
        file << "#EXTM3U\n";
        for (const Row& row : rows) {
            std::string id = row.name;
            std::erase(id, ' ');
            file << "#EXTINF:-1 tvg-id=\"" << id << "\" group-title=\"" << row.group << "\","
                 << row.name << "\nhttp://127.0.0.1:9/" << id << ".ts\n";
        }
    }

    [[nodiscard]] static TunerOptions options(std::map<std::string, std::string> settings) {
        settings["M3U_URL"] = "list.m3u";
        return {.settings = std::move(settings)};
    }

    struct Output {
        int code;
        std::string text;
        std::string log;
    };

    Output command(const std::string& name, const std::vector<std::string>& flags = {},
        const std::map<std::string, std::string>& settings = {}) {
        TunerOptions all = options(settings);
        all.subcommand = name;
        all.flags = flags;
        tuner_.launch(all);
        const int code = tuner_.process().wait().value_or(-1);
        return {code, tuner_.process().stdout_text(), tuner_.process().stderr_text()};
    }

    [[nodiscard]] static std::vector<std::string> names(const Tuner& tuner) {
        std::vector<std::string> names;
        for (const auto& row : nlohmann::json::parse(tuner.get("/lineup.json").body)) {
            names.push_back(row.at("GuideName"));
        }
        return names;
    }

    Tuner tuner_;
};

TEST_F(LineupOf, ATableThatNoChannelAnswersToChangesNothingThatIsServed) {
    std::ofstream(tuner_.file("channels.tsv")) << "5\tOne\tOne\n6\t-\tGone\n";
    write_playlist({{"One", "x"}, {"Two", "x"}});
    tuner_.start(options({{"LINEUP_CHANNELS_FILE", "channels.tsv"}, {"MAX_SHRINK", "100"}}));
    ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    EXPECT_THAT(names(tuner_), ElementsAre("One"));
    EXPECT_TRUE(
        tuner_.process().wait_for_line({"warn", "1 of the 2 rows", "is no channel", "6 Gone"}));
    const auto health = [&] {
        return nlohmann::json::parse(tuner_.get("/healthz").body);
    };
    EXPECT_THAT(health().at("problems").at(0), HasSubstr("6 Gone"));
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("6 Gone"));

    // The provider calls all of its channels something else.
    write_playlist({{"UK: 1", "x"}, {"UK: 2", "x"}});
    tuner_.process().signal(SIGHUP);
    EXPECT_TRUE(
        tuner_.process().wait_for_line({"error", "none of the 2 rows", "5 One (One)", "kept"}));
    EXPECT_THAT(names(tuner_), ElementsAre("One"));
    EXPECT_EQ(tuner_.get("/readyz").status, 200);
    EXPECT_EQ(health().at("status"), "degraded");

    // And back again, under the same number.
    write_playlist({{"One", "x"}, {"Gone", "x"}});
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_lineup_channels", 2));
    EXPECT_EQ(nlohmann::json::parse(tuner_.get("/lineup.json").body)[0].at("GuideNumber"), "5");
    EXPECT_EQ(health().at("status"), "ok");
    EXPECT_FALSE(health().contains("problems"));
}

TEST_F(LineupOf, ATableForAnotherPlaylistIsRefusedAloud) {
    std::ofstream(tuner_.file("channels.tsv")) << "5\t-\tEins\n";
    write_playlist({{"One", "x"}});
    tuner_.start(options({{"LINEUP_CHANNELS_FILE", "channels.tsv"}}));
    EXPECT_TRUE(tuner_.process().wait_for_line({"error", "none of the 1 rows", "5 Eins", "none"}));
    EXPECT_EQ(tuner_.get("/readyz").status, 503);
    EXPECT_THAT(tuner_.get("/healthz").body, HasSubstr("5 Eins"));
    EXPECT_EQ(tuner_.stop(), 0);

    const std::map<std::string, std::string> settings{{"LINEUP_CHANNELS_FILE", "channels.tsv"}};
    EXPECT_THAT(command("lineup", {}, settings).text, HasSubstr("none of the 1 rows"));
    EXPECT_THAT(command("lineup", {"-removed"}, settings).text,
        HasSubstr("5 Eins: table: no channel of the catalog is this row"));
    const auto said = nlohmann::json::parse(command("lineup", {"-json"}, settings).text);
    EXPECT_EQ(said.at("table").at("rows"), 1);
    EXPECT_EQ(said.at("table").at("unanswered").at(0).at("name"), "Eins");
}

TEST_F(LineupOf, ACategoryIsTheSameInLineupGuidePlaylistAndCommand) {
    write_playlist({{"ESPN", "US| SPORTS"}, {"BBC One", "UK| GENERAL"}, {"HBO", "US| MOVIES"},
        {"Vevo", "US| MUSIC"}});
    const std::map<std::string, std::string> settings{
        {"LINEUP_CATEGORY", "us"}, {"LINEUP_DROP_MUSIC", "true"}};
    tuner_.start(options(settings));
    ASSERT_TRUE(tuner_.wait_until_ready());
    EXPECT_THAT(names(tuner_), ElementsAre("ESPN", "HBO"));
    for (const char* document : {"/guide.xml", "/live.m3u", "/lineup.m3u", "/lineup.xml", "/"}) {
        const std::string body = tuner_.get(document).body;
        EXPECT_THAT(body, HasSubstr("HBO")) << document;
        EXPECT_THAT(body, Not(HasSubstr("BBC One"))) << document;
        EXPECT_THAT(body, Not(HasSubstr("Vevo"))) << document;
    }
    ASSERT_EQ(tuner_.stop(), 0);

    const Output lineup = command("lineup", {}, settings);
    EXPECT_EQ(lineup.code, 0);
    EXPECT_THAT(lineup.text, HasSubstr("2 channels in the lineup"));
    const auto json = nlohmann::json::parse(command("lineup", {"-json"}, settings).text);
    EXPECT_EQ(json.at("channels").size(), 2U);
    EXPECT_EQ(json.at("stages")[0].at("stage"), "music");
    EXPECT_THAT(command("lineup", {"-removed"}, settings).text,
        HasSubstr("BBC One: category: its region is 'uk'"));
    const Output explained = command("lineup", {"-explain", "bbc one"}, settings);
    EXPECT_THAT(explained.text, HasSubstr("category: left out, its region is 'uk'"));
    EXPECT_THAT(command("lineup", {"-explain", "HBO"}, settings).text,
        HasSubstr("at place 2 with number 2: it was given this number before"));
    EXPECT_EQ(command("lineup", {"-explain", "nobody"}, settings).code, 1);
}

TEST_F(LineupOf, AnUnknownNameStopsTheStartAndListsTheKnown) {
    write_playlist({{"ESPN", "US| SPORTS"}});
    for (const std::map<std::string, std::string>& settings :
        std::vector<std::map<std::string, std::string>>{{{"LINEUP_CATEGORY", "sport"}},
            {{"LINEUP_LANGUAGE", "klingon"}}, {{"LINEUP_EXCLUDE_REGEX", "a("}},
            {{"LINEUP_RULES_FILE", "missing.txt"}}}) {
        const std::string& setting = settings.begin()->first;
        for (const char* subcommand : {"run", "lineup"}) {
            const Output output = command(subcommand, {}, settings);
            EXPECT_EQ(output.code, 2) << subcommand << " " << setting;
            EXPECT_THAT(output.log, HasSubstr("PLEX_TUNER_" + setting));
        }
    }
    EXPECT_THAT(command("lineup", {}, {{"LINEUP_CATEGORY", "sport"}}).log, HasSubstr("usmovies"));
}

TEST_F(LineupOf, OwnRulesAddACategory) {
    write_playlist({{"Gospel TV", "24/7"}, {"ESPN", "US| SPORTS"}});
    std::ofstream(tuner_.file("rules.txt"))
        << "type faith words GOSPEL\ncategory faith type faith\n";
    tuner_.start(options({{"LINEUP_RULES_FILE", "rules.txt"}, {"LINEUP_CATEGORY", "faith"}}));
    ASSERT_TRUE(tuner_.wait_until_ready());
    EXPECT_THAT(names(tuner_), ElementsAre("Gospel TV"));
    EXPECT_THAT(command("lineup", {"-rules"}).text, HasSubstr("category usmovies"));
}

TEST_F(LineupOf, AnEmptyCategoryIsAHealthyProcessThatIsNotReady) {
    write_playlist({{"ESPN", "US| SPORTS"}});
    tuner_.start(options({{"LINEUP_CATEGORY", "latam"}}));
    ASSERT_TRUE(tuner_.process().wait_for_line({"no channel is left for the lineup"}));
    EXPECT_EQ(tuner_.get("/healthz").status, 200);
    EXPECT_EQ(tuner_.get("/readyz").status, 503);
    EXPECT_THAT(names(tuner_), ElementsAre());
}

/// Two tuners on one playlist, each in its own directory, with what is shared in common.
TEST_F(LineupOf, ShardsHoldEachChannelOnceAndNobodyMoves) {
    std::vector<Row> rows;
    for (int i = 1; i <= 40; ++i) {
        rows.push_back({"Channel " + std::to_string(i), "US| GENERAL"});
    }
    write_playlist(rows);
    Tuner other;
    const auto shard = [&](const char* which) {
        auto settings = options({{"LINEUP_SHARD", which}, {"LINEUP_MAX_CHANNELS", "25"}});
        settings.settings["M3U_URL"] = tuner_.file("list.m3u").string();
        settings.settings["SHARED_DIR"] = tuner_.file("shared").string();
        return settings;
    };
    const auto places = [&] {
        std::map<std::string, std::string> places;
        for (const auto& [which, tuner] : {std::pair("1", &tuner_), std::pair("2", &other)}) {
            for (const auto& row : nlohmann::json::parse(tuner->get("/lineup.json").body)) {
                const bool is_new =
                    places
                        .emplace(row.at("GuideName"),
                            std::string(which) + " " + std::string(row.at("GuideNumber")))
                        .second;
                EXPECT_TRUE(is_new) << row.at("GuideName") << " is on both";
            }
        }
        return places;
    };
    tuner_.start(shard("1/2"));
    other.start(shard("2/2"));
    ASSERT_TRUE(tuner_.wait_until_ready());
    ASSERT_TRUE(other.wait_until_ready());
    const auto before = places();
    ASSERT_EQ(before.size(), 40U);

    // Some go, some come, the order is another; one of the two misses a change.
    const auto refresh = [](Tuner& tuner) {
        const std::size_t from = tuner.process().lines();
        tuner.process().signal(SIGHUP);
        ASSERT_TRUE(
            tuner.process().wait_for_line({"refresh is over"}, std::chrono::seconds(30), from));
    };
    rows.erase(rows.begin() + 5, rows.begin() + 8);
    rows.insert(rows.begin() + 20, {"New A", "US| GENERAL"});
    write_playlist(rows);
    refresh(tuner_);
    std::reverse(rows.begin(), rows.end());
    rows.insert(rows.begin() + 3, {"New B", "US| GENERAL"});
    write_playlist(rows);
    refresh(other);
    refresh(tuner_);
    const auto after = places();
    EXPECT_EQ(after.size(), rows.size());
    std::set<std::string> numbers;
    for (const auto& [name, place] : after) {
        EXPECT_TRUE(numbers.insert(place.substr(2)).second) << "two channels have " << place;
        if (const auto old = before.find(name); old != before.end()) {
            EXPECT_EQ(place, old->second) << name;
        }
    }
    // And a restart changes nothing.
    ASSERT_EQ(tuner_.stop(), 0);
    tuner_.start(shard("1/2"));
    ASSERT_TRUE(tuner_.wait_until_ready());
    EXPECT_EQ(places(), after);
}

TEST_F(LineupOf, TheCommandSaysHowManyTunersItTakes) {
    std::vector<Row> rows;
    for (int i = 1; i <= 1'000; ++i) {
        rows.push_back({"Channel " + std::to_string(i), "US| GENERAL"});
    }
    write_playlist(rows);
    ASSERT_EQ(command("index").code, 0);
    const std::string text = command("lineup", {"-shards"}).text;
    EXPECT_THAT(text, HasSubstr("LINEUP_SHARD=3/3  333 channels"));
    EXPECT_THAT(text, HasSubstr("1000 channels need 3 tuners of at most 479 channels"));
}

} // namespace
} // namespace plex_tuner::testing
