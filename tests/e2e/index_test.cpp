// SPDX-License-Identifier: GPL-3.0-or-later
// The commands index and probe against a panel.
#include "panel_fixture.hpp"

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Index : public PanelTest {};

TEST_F(Index, WritesChannelsFilmsSeriesAndEpisodes) {
    const IndexResult result = index();
    EXPECT_EQ(result.exit_code, 0) << result.log;
    EXPECT_THAT(result.output, HasSubstr("10 channels (10 with a guide id"));
    EXPECT_THAT(result.output, HasSubstr("6 films, 3 series, 6 episodes"));
    const auto written = catalog();
    EXPECT_EQ(written.at("live_channels").size(), 10U);
    EXPECT_EQ(written.at("movies").size(), 6U);
    EXPECT_EQ(written.at("series").size(), 3U);
    EXPECT_EQ(written.at("series")[0].at("seasons")[0].at("episodes").size(), 2U);
    EXPECT_THAT(result.output + result.log, Not(HasSubstr("hunter2")));
}

TEST_F(Index, SecondRunWithNothingNewAsksNoSeriesAndWritesNothing) {
    ASSERT_EQ(index().exit_code, 0);
    const auto before = std::filesystem::last_write_time(tuner_.file("catalog.json"));
    panel_.forget_counts();
    const IndexResult again = index();
    EXPECT_EQ(again.exit_code, 0) << again.log;
    EXPECT_THAT(again.output, AllOf(HasSubstr("nothing has changed"), HasSubstr("6 episodes")));
    EXPECT_EQ(panel_.count("get_series_info"), 0U);
    EXPECT_EQ(std::filesystem::last_write_time(tuner_.file("catalog.json")), before);
}

TEST_F(Index, SecondRunOfALiveListEndsEarly) {
    ASSERT_EQ(index({}, {{"LIVE_ONLY", "1"}}).exit_code, 0);
    EXPECT_THAT(index({}, {{"LIVE_ONLY", "1"}}).output, HasSubstr("nothing has changed"));
}

TEST_F(Index, OnlyChangedSeriesAreAskedAgain) {
    ASSERT_EQ(index().exit_code, 0);
    set_series({{1, "Show 1", "1", modified(100)}, {2, "Show 2", "1", modified(200)},
        {4, "Show 4", "1", modified(100)}});
    panel_.forget_counts();
    EXPECT_EQ(index().exit_code, 0);
    EXPECT_EQ(panel_.count("get_series_info"), 2U);
}

TEST_F(Index, FailedShowKeepsItsEpisodes) {
    ASSERT_EQ(index().exit_code, 0);
    set_series({{1, "Show 1", "1", modified(200)}, {2, "Show 2", "1", modified(100)},
        {3, "Show 3", "1", modified(100)}});
    panel_.fail("get_series_info", {.status = 404, .body = "no"});
    EXPECT_EQ(index().exit_code, 0);
    EXPECT_EQ(catalog().at("series")[0].at("seasons")[0].at("episodes").size(), 2U);
    panel_.mend("get_series_info");
    panel_.forget_counts();
    EXPECT_EQ(index().exit_code, 0);
    EXPECT_EQ(panel_.count("get_series_info"), 1U) << "it is asked again";
}

TEST_F(Index, AnInterruptedSeriesPassGoesOnWhereItStopped) {
    std::vector<PanelRecord> many;
    for (int i = 1; i <= 600; ++i) {
        many.push_back({i, "Show " + std::to_string(i), "1", modified(100)});
    }
    set_series(many);
    panel_.set_delay(std::chrono::milliseconds(2));
    TunerOptions all = options();
    all.subcommand = "index";
    tuner_.launch(all);
    ASSERT_TRUE(panel_.wait_for("get_series_info", 400));
    tuner_.kill();
    const std::size_t asked = panel_.count("get_series_info");
    ASSERT_LT(asked, 600U);
    panel_.set_delay(std::chrono::milliseconds(0));
    panel_.forget_counts();
    EXPECT_EQ(index().exit_code, 0);
    EXPECT_LE(panel_.count("get_series_info"), 350U) << "a batch of 250 was kept";
    EXPECT_EQ(catalog().at("series").size(), 600U);
}

TEST_F(Index, DryRunPrintsTheDifferenceAndWritesNothing) {
    ASSERT_EQ(index().exit_code, 0);
    auto channels = ten_channels();
    channels[0].name = "Renamed";
    channels.pop_back();
    channels.push_back({77, "Brand new", "1", ""});
    set_channels(channels);
    const auto before = catalog();
    const IndexResult dry = index({"-dry-run"});
    EXPECT_EQ(dry.exit_code, 0) << dry.log;
    EXPECT_THAT(dry.output, HasSubstr("channels: 1 added, 1 removed, 1 renamed, 0 moved"));
    EXPECT_THAT(dry.output, HasSubstr("nothing was written"));
    EXPECT_EQ(catalog(), before);
    const auto json = nlohmann::json::parse(index({"-dry-run", "-json"}).output);
    EXPECT_EQ(json.at("change").at("channels").at("renamed"), 1);
    EXPECT_TRUE(json.at("dry_run"));
}

TEST_F(Index, AShrinkIsHeldBackUntilItIsAccepted) {
    ASSERT_EQ(index().exit_code, 0);
    auto channels = ten_channels();
    channels.resize(4);
    set_channels(channels);
    const IndexResult held = index();
    EXPECT_EQ(held.exit_code, 1);
    EXPECT_THAT(
        held.log, AllOf(HasSubstr("6 of 10 channels would go"), HasSubstr("index -accept-shrink")));
    EXPECT_EQ(catalog().at("live_channels").size(), 10U);
    EXPECT_EQ(index({"-accept-shrink"}).exit_code, 0);
    EXPECT_EQ(catalog().at("live_channels").size(), 4U);
    EXPECT_EQ(index().exit_code, 0);
}

TEST_F(Index, AFilterTakesEffectThoughTheProviderSaysNotModified) {
    ASSERT_EQ(index().exit_code, 0);
    panel_.set("get_vod_categories", panel_categories({{"1", "Action"}}));
    EXPECT_EQ(index({"-accept-shrink"}, {{"VOD_CATEGORY_FILTER", "Comedy"}}).exit_code, 0);
    EXPECT_EQ(catalog().at("movies").size(), 0U);
    EXPECT_EQ(index().exit_code, 0);
    EXPECT_EQ(catalog().at("movies").size(), 6U);
}

TEST_F(Index, AChangedFilterIsNotTakenForALoss) {
    ASSERT_EQ(index().exit_code, 0);
    const IndexResult result = index({}, {{"VOD_CATEGORY_FILTER", "Comedy"}});
    EXPECT_EQ(result.exit_code, 0) << result.log;
    EXPECT_THAT(result.log, HasSubstr("settings of the catalog were changed"));
    EXPECT_EQ(catalog().at("movies").size(), 0U);
}

TEST_F(Index, ProcessesWithOtherFiltersKeepTheirEpisodes) {
    panel_.set("get_series_categories", panel_categories({{"1", "Drama"}, {"2", "Comedy"}}));
    set_series({{1, "Show 1", "1", modified(100)}, {2, "Show 2", "2", modified(100)}});
    for (int round = 0; round < 3; ++round) {
        for (const char* filter : {"Drama", "Comedy"}) {
            EXPECT_EQ(
                index({}, {{"VOD_CATEGORY_FILTER", filter}, {"CATALOG", filter}}).exit_code, 0);
        }
    }
    EXPECT_EQ(panel_.count("get_series_info"), 2U);
}

TEST_F(Index, LiveOnlyAsksForNothingElse) {
    EXPECT_EQ(index({}, {{"LIVE_ONLY", "true"}}).exit_code, 0);
    EXPECT_EQ(panel_.count("get_vod_streams"), 0U);
    EXPECT_EQ(panel_.count("get_series"), 0U);
    EXPECT_EQ(catalog().at("live_channels").size(), 10U);
}

TEST_F(Index, WrongPasswordIsNamed) {
    const IndexResult result = index({}, {{"PROVIDER_PASS", "wrong"}});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.log, HasSubstr("password"));
    EXPECT_THAT(result.log, Not(HasSubstr("pass=wrong")));
}

TEST_F(Index, WithoutAProviderItSaysWhatToSet) {
    tuner_.launch({.subcommand = "index"});
    EXPECT_EQ(tuner_.process().wait(), 1);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("PLEX_TUNER_M3U_URL"));
}

TEST_F(Index, PanelWithoutAnApiIsReadThroughItsPlaylist) {
    for (const char* action : {"account", "get_live_streams", "get_live_categories"}) {
        panel_.fail(action, {.status = 404, .body = "not here"});
    }
    panel_.set("get.php", "#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",One\nhttp://h/1.ts\n");
    (void)index();
    EXPECT_EQ(catalog().at("live_channels").size(), 1U);
}

TEST_F(Index, SeveralAccountsBecomeOneCatalogWithBackups) {
    XtreamPanel second("jane", "swordfish");
    second.set("get_live_streams",
        panel_list("stream_id", {{501, "Channel A", "1", R"(,"epg_channel_id":"ch0.example")"},
                                    {502, "Only here", "1", ""}}));
    second.set("get_live_categories", "[]");
    const IndexResult result =
        index({}, {{"LIVE_ONLY", "1"}, {"PROVIDER_URL_2", second.url()},
                      {"PROVIDER_USER_2", "jane"}, {"PROVIDER_PASS_2", "swordfish"}});
    EXPECT_EQ(result.exit_code, 0) << result.log;
    EXPECT_THAT(result.output, HasSubstr("11 channels (10 with a guide id, 1 with backups)"));
    const auto channel = catalog().at("live_channels")[0];
    EXPECT_EQ(channel.at("guide_name"), "Channel A");
    ASSERT_EQ(channel.at("stream_urls").size(), 2U);
    EXPECT_EQ(channel.at("stream_urls")[1], second.url() + "/live/jane/swordfish/501.ts");
    EXPECT_THAT(result.log, Not(HasSubstr("swordfish")));
}

TEST_F(Index, DeadHostOfAnAccountStaysAsABackup) {
    const IndexResult result =
        index({}, {{"PROVIDER_URLS", "http://127.0.0.1:9," + panel_.url()}, {"LIVE_ONLY", "1"}});
    EXPECT_EQ(result.exit_code, 0) << result.log;
    const auto urls = catalog().at("live_channels")[0].at("stream_urls");
    ASSERT_EQ(urls.size(), 2U);
    EXPECT_EQ(urls[0], panel_.url() + "/live/joe/hunter2/1.ts");
    EXPECT_EQ(urls[1], "http://127.0.0.1:9/live/joe/hunter2/1.ts");
}

TEST_F(Index, ProbeNamesEachHostAndRanksThem) {
    panel_.set("get.php", "#EXTM3U\n#EXTINF:-1,One\nhttp://h/1.ts\n");
    TunerOptions all = options();
    all.subcommand = "probe";
    all.settings["PROVIDER_URLS"] = "http://127.0.0.1:9," + panel_.url();
    tuner_.launch(all);
    EXPECT_EQ(tuner_.process().wait(), 0) << tuner_.process().stderr_text();
    const std::string output = tuner_.process().stdout_text();
    EXPECT_THAT(output, HasSubstr("1. " + panel_.url()));
    EXPECT_THAT(output, HasSubstr("2. http://127.0.0.1:9"));
    EXPECT_THAT(output, HasSubstr("panel     ok, HTTP 200"));
    EXPECT_THAT(output, HasSubstr("panel     error"));
    EXPECT_THAT(output, HasSubstr("of 2 in use"));
    EXPECT_THAT(output, Not(HasSubstr("hunter2")));
    all.flags = {"-json", "-urls", panel_.url(), "-timeout=10"};
    tuner_.launch(all);
    EXPECT_EQ(tuner_.process().wait(), 0);
    const auto json = nlohmann::json::parse(tuner_.process().stdout_text());
    EXPECT_EQ(json.at("accounts")[0].at("hosts")[0].at("panel").at("status"), "ok");
    EXPECT_EQ(json.at("accounts")[0].at("state").at("max_connections"), 2);
}

TEST_F(Index, ProbeNamesCloudflareAndWrongLogins) {
    panel_.fail("account", {.status = 403, .body = "no", .headers = "Server: cloudflare\r\n"});
    panel_.fail("get.php", {.status = 200, .body = "<html><body>Just a moment...</body></html>"});
    TunerOptions all = options();
    all.subcommand = "probe";
    all.flags = {"-json"};
    tuner_.launch(all);
    EXPECT_EQ(tuner_.process().wait(), 0);
    auto host =
        nlohmann::json::parse(tuner_.process().stdout_text()).at("accounts")[0].at("hosts")[0];
    EXPECT_EQ(host.at("panel").at("status"), "cloudflare");
    panel_.mend("account");
    std::filesystem::remove_all(tuner_.file("shared")); // the cool-down
    all.settings["PROVIDER_PASS"] = "wrong";
    tuner_.launch(all);
    EXPECT_EQ(tuner_.process().wait(), 0);
    host = nlohmann::json::parse(tuner_.process().stdout_text()).at("accounts")[0].at("hosts")[0];
    EXPECT_EQ(host.at("panel").at("status"), "bad_login");
}

TEST_F(Index, ProbeWithoutAnAccountIsAnError) {
    tuner_.launch({.subcommand = "probe"});
    EXPECT_EQ(tuner_.process().wait(), 1);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("PLEX_TUNER_PROVIDER_URL"));
}

} // namespace
} // namespace plex_tuner::testing
