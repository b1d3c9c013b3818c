// SPDX-License-Identifier: GPL-3.0-or-later
// Several guides become one, channels find theirs, and what came of it can be looked up.
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"
#include "support/xmltv_validator.hpp"

#include <array>
#include <csignal>
#include <ctime>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class GuideMerge : public ::testing::Test {
protected:
    GuideMerge() : hour_(std::time(nullptr) / 3600 * 3600) {
        std::ofstream(tuner_.file("list.m3u"))
            << "#EXTM3U\n"
               "#EXTINF:-1 tvg-id=\"one.uk\" tvg-chno=\"1\",One\nhttp://127.0.0.1:9/1.ts\n"
               "#EXTINF:-1 tvg-chno=\"2\",UK: Second Channel HD\nhttp://127.0.0.1:9/2.ts\n"
               "#EXTINF:-1 tvg-chno=\"3\",Strangely Named\nhttp://127.0.0.1:9/3.ts\n"
               "#EXTINF:-1 tvg-chno=\"4\",Unknown\nhttp://127.0.0.1:9/4.ts\n";
        write("first.xml", channel("one.uk", "One") + programme("one.uk", 0, 1, "Early") +
                               programme("one.uk", 2, 3, "Late"));
        write("second.xml", channel("second.uk", "Second") + channel("x3", "Another Name") +
                                channel("one.uk", "One") + programme("one.uk", 0, 2, "Gap filler") +
                                programme("second.uk", 0, 6, "Found by name") +
                                programme("x3", 0, 6, "Found by alias"));
    }

    /// Hours from the current one on.
    [[nodiscard]] std::string time(int hours) const {
        const std::time_t at = hour_ + hours * 3600;
        std::tm parts{};
        ::gmtime_r(&at, &parts);
        std::array<char, 32> text{};
        return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S +0000", &parts)};
    }

    [[nodiscard]] std::string programme(
        const std::string& id, int from, int to, const std::string& title) const {
        return "<programme start=\"" + time(from) + "\" stop=\"" + time(to) + "\" channel=\"" + id +
               "\"><title>" + title + "</title></programme>\n";
    }

    static std::string channel(const std::string& id, const std::string& name) {
        return "<channel id=\"" + id + "\"><display-name>" + name + "</display-name></channel>\n";
    }

    void write(const std::string& name, const std::string& content) const {
        std::ofstream(tuner_.file(name)) << "<tv>" << content << "</tv>";
    }

    [[nodiscard]] static TunerOptions options(std::map<std::string, std::string> more = {}) {
        more.insert(
            {{"M3U_URL", "list.m3u"}, {"XMLTV_URL", "first.xml"}, {"XMLTV_URL_2", "second.xml"}});
        return {.settings = std::move(more)};
    }

    void start(std::map<std::string, std::string> more = {}) {
        tuner_.start(options(std::move(more)));
        ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}))
            << tuner_.process().stderr_text();
    }

    void refresh() {
        const std::size_t from = tuner_.process().lines();
        tuner_.process().signal(SIGHUP);
        ASSERT_TRUE(
            tuner_.process().wait_for_line({"refresh is over"}, std::chrono::seconds(30), from));
    }

    /// As the guide has it, for a channel of ours.
    [[nodiscard]] std::string shown(int number, int from, int to, const std::string& title) const {
        return "start=\"" + time(from) + "\" stop=\"" + time(to) + "\" channel=\"" +
               std::to_string(number) + ".plextuner\"><title>" + title + "</title>";
    }

    [[nodiscard]] std::string guide() const { return tuner_.get("/guide.xml").body; }

    std::string output(
        const std::string& subcommand, const std::vector<std::string>& flags, int expected = 0) {
        TunerOptions all = options();
        all.subcommand = subcommand;
        all.flags = flags;
        tuner_.launch(all);
        EXPECT_EQ(tuner_.process().wait().value_or(-1), expected) << tuner_.process().stderr_text();
        return tuner_.process().stdout_text() + tuner_.process().stderr_text();
    }

    std::time_t hour_;
    Tuner tuner_;
};

TEST_F(GuideMerge, LaterGuidesFillGapsAndNamesAndAliasesFindChannels) {
    std::ofstream(tuner_.file("aliases.json"))
        << R"({"name_to_xmltv_id":{"strangely  NAMED":"x3"}})";
    start({{"XMLTV_ALIASES", "aliases.json"}});
    for (const std::string& expected : {shown(1, 0, 1, "Early"), shown(1, 1, 2, "Gap filler"),
             shown(1, 2, 3, "Late"), shown(2, 0, 6, "Found by name"),
             shown(3, 0, 6, "Found by alias"), shown(4, 0, 1, "Unknown")}) {
        EXPECT_THAT(guide(), HasSubstr(expected));
    }
    EXPECT_EQ(xmltv_complaints(guide()), "");

    const auto health = nlohmann::json::parse(tuner_.get("/api/guide-health").body);
    EXPECT_EQ(health.at("with_programmes"), 3);
    EXPECT_EQ(health.at("without_guide"), 1);
    EXPECT_EQ(health.at("rows")[1].at("method"), "name_exact");
    EXPECT_EQ(health.at("rows")[2].at("method"), "alias_exact");
    EXPECT_EQ(health.at("rows")[0].at("programmes"), 3);
    EXPECT_EQ(health.at("rows")[3].at("state"), "none");
    EXPECT_THAT(tuner_.get("/guide-health").body, HasSubstr("Unknown"));
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("href=\"/guide\""));

    const auto grid = nlohmann::json::parse(
        tuner_.get("/api/guide?q=second&hours=2&from=" + std::to_string(hour_)).body);
    ASSERT_EQ(grid.at("channels_found"), 1);
    EXPECT_EQ(grid.at("channels")[0].at("programmes")[0].at("title"), "Found by name");
    EXPECT_EQ(grid.at("channels")[0].at("reason"), "the only channel of that name in uk");
    EXPECT_THAT(tuner_.get("/guide").body, HasSubstr("/api/guide"));
    const auto all = nlohmann::json::parse(tuner_.get("/api/guide?count=2&first=1&from=x").body);
    EXPECT_EQ(all.at("channels_found"), 4);
    ASSERT_EQ(all.at("channels").size(), 2U);
    EXPECT_EQ(all.at("channels")[0].at("number"), "2");

    ASSERT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(output("guide-health", {}), HasSubstr("3 of 4 channels have programmes"));
    EXPECT_EQ(nlohmann::json::parse(output("guide-health", {"-json"})).at("channels"), 4);
}

TEST_F(GuideMerge, AnEditedAliasCountsAtTheNextRefresh) {
    std::ofstream(tuner_.file("aliases.json")) << R"({"name_to_xmltv_id":{}})";
    start({{"XMLTV_ALIASES", "aliases.json"}});
    EXPECT_THAT(guide(), Not(HasSubstr("Found by alias")));
    std::ofstream(tuner_.file("aliases.json"))
        << R"({"name_to_xmltv_id":{"Strangely Named":"x3"}})";
    refresh();
    EXPECT_THAT(guide(), HasSubstr(shown(3, 0, 6, "Found by alias")));
    // A slip of the pen costs nothing.
    std::ofstream(tuner_.file("aliases.json")) << R"({"name_to_xmltv_id":)";
    refresh();
    EXPECT_THAT(guide(), HasSubstr(shown(3, 0, 6, "Found by alias")));
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("guide aliases not read"));
}

TEST_F(GuideMerge, AnEventInANameBecomesAProgramme) {
    const std::time_t at = hour_ + 2 * 3600;
    std::tm parts{};
    ::gmtime_r(&at, &parts);
    std::array<char, 64> when{};
    const std::size_t size = std::strftime(when.data(), when.size(), "%Y-%m-%d %H:%M UTC", &parts);
    std::ofstream(tuner_.file("list.m3u"))
        << "#EXTM3U\n#EXTINF:-1 tvg-chno=\"7\",PPV 1 | A v B @ " << std::string(when.data(), size)
        << "\nhttp://127.0.0.1:9/7.ts\n";
    start();
    EXPECT_THAT(guide(), HasSubstr(shown(7, 2, 5, "A v B")));
    EXPECT_EQ(xmltv_complaints(guide()), "");
}

TEST_F(GuideMerge, EachGuideMayBeOffByItsOwnHours) {
    start({{"XMLTV_SHIFT_2", "1"}, {"GUIDE_SHIFT_CHANNELS", "*second*=2"}});
    EXPECT_THAT(guide(), HasSubstr(shown(1, 1, 2, "Gap filler")));
    EXPECT_THAT(guide(), HasSubstr(shown(2, 3, 9, "Found by name")));
}

TEST_F(GuideMerge, AGuideThatIsOffByAnHourIsNamedWithTheRemedy) {
    std::string good = channel("one.uk", "One");
    std::string late = good;
    for (int i = 0; i < 11; ++i) {
        good += programme("one.uk", i, i + 1, "Show " + std::to_string(i));
        late += programme("one.uk", i + 1, i + 2, "Show " + std::to_string(i));
    }
    write("first.xml", good);
    write("second.xml", late);
    start();
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("minutes_late=60 shift_hours=-1"));
    ASSERT_EQ(tuner_.stop(), 0);
    start({{"XMLTV_SHIFT_2", "-1"}});
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("seems to be off")));
}

TEST_F(GuideMerge, GuidesOfTheProviderStandWhereTheyAreWanted) {
    std::ofstream(tuner_.file("list.m3u"))
        << "#EXTM3U url-tvg=\"" << tuner_.file("provider.xml").string()
        << "\"\n#EXTINF:-1 tvg-id=\"one.uk\" tvg-chno=\"1\",One\nhttp://127.0.0.1:9/1.ts\n";
    write("provider.xml",
        programme("one.uk", 0, 1, "Provider now") + programme("one.uk", 6, 7, "Provider later"));
    write("first.xml", programme("one.uk", 0, 1, "Mine now"));

    struct Row {
        const char* place;
        const char* now;
        bool has_later;
    };

    for (const Row& row : std::vector<Row>{{"first", "Provider now", true},
             {"last", "Mine now", true}, {"off", "Mine now", false}}) {
        start({{"XMLTV_PROVIDER", row.place}, {"XMLTV_URL_2", ""}});
        EXPECT_THAT(guide(), HasSubstr(shown(1, 0, 1, row.now))) << row.place;
        EXPECT_EQ(guide().contains("Provider later"), row.has_later) << row.place;
        ASSERT_EQ(tuner_.stop(), 0);
    }
}

TEST_F(GuideMerge, AYoungGuideIsNotAskedForAgain) {
    ScriptedProvider provider;
    provider.on("/guide.xml", behave::content("<tv>" + channel("one.uk", "One") +
                                              programme("one.uk", 0, 6, "X") + "</tv>"));
    start({{"XMLTV_URL", provider.url("/guide.xml")}, {"XMLTV_CACHE_TTL", "1h"}});
    ASSERT_EQ(provider.count("/guide.xml"), 1U);
    refresh();
    EXPECT_EQ(provider.count("/guide.xml"), 1U);
    EXPECT_THAT(guide(), HasSubstr(shown(1, 0, 6, "X")));
    ASSERT_EQ(tuner_.stop(), 0);
    start({{"XMLTV_URL", provider.url("/guide.xml")}});
    const std::size_t asked = provider.count("/guide.xml");
    refresh();
    EXPECT_GT(provider.count("/guide.xml"), asked) << "without an age each refresh asks";
}

TEST_F(GuideMerge, WindowGapsAndForeignTitlesAsConfigured) {
    write("first.xml", channel("one.uk", "One") + programme("one.uk", 0, 1, "Новости дня") +
                           programme("one.uk", 3, 4, "Late") + programme("one.uk", 50, 51, "Far"));
    const std::map<std::string, std::string> plain{{"XMLTV_URL_2", ""}};
    start(plain);
    EXPECT_THAT(guide(), HasSubstr(shown(1, 1, 2, "One"))) << "a gap is filled";
    EXPECT_THAT(guide(), HasSubstr("Новости дня"));
    EXPECT_THAT(guide(), HasSubstr("Far"));
    ASSERT_EQ(tuner_.stop(), 0);
    start({{"XMLTV_URL_2", ""}, {"GUIDE_FILL_GAPS", "0"}, {"GUIDE_DAYS", "1"},
        {"XMLTV_NON_LATIN_TITLE_FALLBACK", "channel"}});
    EXPECT_THAT(guide(), Not(HasSubstr(shown(1, 1, 2, "One"))));
    EXPECT_THAT(guide(), HasSubstr(shown(1, 0, 1, "One")));
    EXPECT_THAT(guide(), Not(HasSubstr("Новости дня")));
    EXPECT_THAT(guide(), Not(HasSubstr("Far")));
}

TEST_F(GuideMerge, AGuideThatFailsKeepsItsLastGoodData) {
    start();
    std::ofstream(tuner_.file("second.xml")) << "<html>gone</html>";
    refresh();
    EXPECT_THAT(guide(), HasSubstr(shown(2, 0, 6, "Found by name")));
    EXPECT_THAT(guide(), HasSubstr(shown(1, 0, 1, "Early")));
    ASSERT_EQ(tuner_.stop(), 0);
    start();
    EXPECT_THAT(guide(), HasSubstr(shown(2, 0, 6, "Found by name")));
}

TEST_F(GuideMerge, TextsAreMendedForPlexWhenAsked) {
    write("first.xml",
        channel("one.uk", "One") + "<programme start=\"" + time(0) + "\" stop=\"" + time(1) +
            "\" channel=\"one.uk\"><title lang=\"de\">Spiel</title><title lang=\"en\">Match</title>"
            "<sub-title>A v B</sub-title><category>Fussball</category></programme>"
            "<programme start=\"" +
            time(1) + "\" stop=\"" + time(2) +
            "\" channel=\"one.uk\"><title>Show</title>"
            "<episode-num system=\"onscreen\">S01E02</episode-num></programme>");
    start({{"GUIDE_PLEX_REPAIRS", "all"}, {"XMLTV_PREFER_LANGS", "en"}});
    EXPECT_THAT(guide(), HasSubstr("<title lang=\"en\">Match: A v B</title>"));
    EXPECT_THAT(guide(), Not(HasSubstr("Spiel")));
    EXPECT_THAT(guide(), HasSubstr("<category lang=\"en\">Sports</category>"));
    EXPECT_THAT(guide(), HasSubstr("<episode-num system=\"xmltv_ns\">0.1.</episode-num>"));
    EXPECT_EQ(xmltv_complaints(guide()), "");
}

TEST_F(GuideMerge, TheLinkReportSuggestsAndItsFileIsFedBack) {
    TunerOptions index = options();
    index.subcommand = "index";
    tuner_.launch(index);
    ASSERT_EQ(tuner_.process().wait(), 0);
    std::ofstream(tuner_.file("oracle.json"))
        << R"({"results":[{"channels":[{"guide_name":"Strangely Named","lineup_identifier":"X3"}]}]})";
    const std::string text = output(
        "epg-link-report", {"-xmltv", "second.xml", "-oracle-report", "oracle.json", "-suggest-out",
                               "s.json", "-out", "o.json", "-unmatched-out", "u.json"});
    EXPECT_THAT(text, HasSubstr("EPG matches: 2/4 (50%) [name_exact=1, tvg_id_exact=1]"));
    EXPECT_THAT(text, HasSubstr("UNMATCHED #3 Strangely Named tvg-id= norm=strangelynamed reason="
                                "no deterministic match"));
    EXPECT_THAT(text, HasSubstr("SUGGEST Strangely Named -> x3 (name_only)"));
    const auto report = nlohmann::json::parse(std::ifstream(tuner_.file("o.json")));
    EXPECT_EQ(report.at("total_channels"), 4);
    EXPECT_EQ(report.at("rows")[0].at("matched"), true);
    EXPECT_EQ(report.at("rows")[3].at("matched"), false);
    EXPECT_EQ(nlohmann::json::parse(std::ifstream(tuner_.file("u.json"))).size(), 2U);

    EXPECT_THAT(output("epg-link-report", {"-xmltv", "second.xml", "-aliases", "s.json"}),
        HasSubstr("EPG matches: 3/4 (75%) [alias_exact=1"));
    EXPECT_THAT(output("epg-link-report", {"-xmltv", "second.xml", "-aliases", "list.m3u"}, 1),
        HasSubstr("-aliases list.m3u"));
    EXPECT_THAT(output("epg-link-report", {"-xmltv", "missing.xml"}, 1), HasSubstr("missing.xml"));
    EXPECT_THAT(output("epg-link-report", {"-xmltv", "list.m3u"}, 1), HasSubstr("list.m3u"));
}

} // namespace
} // namespace plex_tuner::testing
