// SPDX-License-Identifier: GPL-3.0-or-later
// A refresh that can never hurt: whatever the panel answers, lineup and numbers stay what a user
// would want.
#include "panel_fixture.hpp"
#include "support/small_disk.hpp"

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Refresh : public PanelTest {};

TEST_F(Refresh, EmptyListWithStatus200IsHeldBack) {
    run();
    const auto before = lineup();
    ASSERT_EQ(before.size(), 10U);
    panel_.set("get_live_streams", "[]");
    refresh();
    EXPECT_EQ(lineup(), before);
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("-accept-shrink"));
    set_channels(ten_channels());
    refresh();
    EXPECT_EQ(lineup(), before);
    EXPECT_THAT(tuner_.get("/").body, Not(HasSubstr("-accept-shrink")));
}

struct BadAnswer {
    const char* name;
    PanelFault fault;
};

class BadList : public PanelTest, public ::testing::WithParamInterface<BadAnswer> {};

TEST_P(BadList, LeavesTheLastGoodChannels) {
    run();
    const auto before = lineup();
    panel_.fail("get_live_streams", GetParam().fault);
    refresh();
    EXPECT_EQ(lineup(), before);
    EXPECT_EQ(catalog().at("live_channels").size(), 10U);
    EXPECT_EQ(catalog().at("movies").size(), 6U);
    // And so after a restart that finds the panel no better.
    ASSERT_EQ(tuner_.stop(), 0);
    tuner_.start(options());
    EXPECT_EQ(lineup(), before);
    panel_.mend("get_live_streams");
}

INSTANTIATE_TEST_SUITE_P(All, BadList,
    ::testing::Values(BadAnswer{"TruncatedJson",
                          {.status = 200, .body = R"([{"stream_id":1,"name":"Channel A"},{"stre)"}},
        BadAnswer{"Html", {.status = 200, .body = "<html><body>maintenance</body></html>"}},
        BadAnswer{"NoJson", {.status = 200, .body = "blocked"}},
        BadAnswer{"Empty", {.status = 200, .body = ""}},
        BadAnswer{"LoginRefused", {.status = 200, .body = R"({"user_info":{"auth":0}})"}},
        BadAnswer{"CutConnection", {.status = 200, .cut = 100}},
        BadAnswer{"NotFound", {.status = 404, .body = "gone"}},
        BadAnswer{"Overloaded", {.status = 458, .body = "too many connections"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Refresh, NotModifiedForAllShrinksNothing) {
    run();
    const auto before = lineup();
    refresh();
    EXPECT_EQ(lineup(), before);
    EXPECT_EQ(catalog().at("movies").size(), 6U);
    EXPECT_EQ(catalog().at("series").size(), 3U);
}

TEST_F(Refresh, NotModifiedForSomeListsShrinksNothing) {
    run();
    wait_for_episodes();
    auto channels = ten_channels();
    channels.push_back({11, "Channel K", "1", ""});
    set_channels(channels);
    refresh();
    EXPECT_EQ(lineup().size(), 11U);
    EXPECT_EQ(catalog().at("movies").size(), 6U);
    EXPECT_EQ(catalog().at("series")[0].at("seasons")[0].at("episodes").size(), 2U);
}

TEST_F(Refresh, AnotherHostKeepsChannelsAndNumbers) {
    run();
    const auto before = lineup();
    const auto id = catalog().at("live_channels")[0].at("channel_id");
    ASSERT_EQ(tuner_.stop(), 0);
    XtreamPanel moved("joe", "hunter2");
    moved.set("get_live_categories", panel_categories({{"1", "News"}}));
    auto channels = ten_channels();
    std::ranges::reverse(channels);
    moved.set("get_live_streams", panel_list("stream_id", channels));
    auto changed = options();
    changed.settings["PROVIDER_URL"] = moved.url();
    changed.settings["LIVE_ONLY"] = "1";
    changed.settings["MAX_SHRINK"] = "100";
    tuner_.start(changed);
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));
    EXPECT_EQ(lineup(), before);
    EXPECT_EQ(catalog().at("live_channels").back().at("channel_id"), id);
}

TEST_F(Refresh, HalfTheChannelsGoneIsHeldBackAndAFewAreNot) {
    run();
    const auto before = lineup();
    auto channels = ten_channels();
    channels.erase(channels.begin(), channels.begin() + 5);
    set_channels(channels);
    refresh();
    EXPECT_EQ(lineup(), before);
    channels = ten_channels();
    channels.erase(channels.begin());
    set_channels(channels);
    refresh();
    auto expected = before;
    expected.erase("Channel A");
    EXPECT_EQ(lineup(), expected);
    channels.push_back({99, "Newcomer", "1", ""});
    set_channels(channels);
    refresh();
    EXPECT_EQ(lineup().at("Newcomer"), "11") << "the number of Channel A is reserved";
    set_channels(ten_channels());
    refresh();
    EXPECT_EQ(lineup().at("Channel A"), before.at("Channel A"));
}

TEST_F(Refresh, RenumberedStreamsKeepTheirGuideNumbers) {
    run();
    const auto before = lineup();
    auto channels = ten_channels(5'000);
    std::ranges::reverse(channels);
    for (PanelRecord& channel : channels) {
        channel.more = channel.more.substr(channel.more.find(",\"epg"));
    }
    set_channels(channels);
    refresh();
    EXPECT_EQ(lineup(), before);
}

TEST_F(Refresh, RenamedChannelKeepsItsNumber) {
    run();
    const auto before = lineup();
    auto channels = ten_channels();
    channels[3].name = "Another name";
    set_channels(channels);
    refresh();
    EXPECT_EQ(lineup().at("Another name"), before.at("Channel D"));
}

TEST_F(Refresh, NumbersSurviveARestartAndALostCatalog) {
    run();
    auto channels = ten_channels();
    channels.erase(channels.begin() + 2);
    set_channels(channels);
    refresh();
    const auto before = lineup();
    ASSERT_EQ(tuner_.stop(), 0);
    std::filesystem::remove(tuner_.file("catalog.json"));
    run();
    EXPECT_EQ(lineup(), before);
}

TEST_F(Refresh, ProviderThatIsDownAtTheStartCostsNothing) {
    run();
    const auto before = lineup();
    ASSERT_EQ(tuner_.stop(), 0);
    auto down = options();
    down.settings["PROVIDER_URL"] = "http://127.0.0.1:9";
    tuner_.start(down);
    EXPECT_EQ(lineup(), before);
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh will be tried again"}));
    EXPECT_EQ(lineup(), before);
}

TEST_F(Refresh, FilmsThatCannotBeHadStay) {
    run();
    panel_.fail("get_vod_streams", {.status = 200, .body = "<html>"});
    auto channels = ten_channels();
    channels.push_back({11, "Channel K", "1", ""});
    set_channels(channels);
    refresh();
    EXPECT_EQ(lineup().size(), 11U);
    EXPECT_EQ(catalog().at("movies").size(), 6U);
}

TEST_F(Refresh, KilledAtAnyMomentItStartsFromTheLastGoodState) {
    run();
    for (int round = 0; round < 10; ++round) {
        auto channels = ten_channels();
        channels.push_back({100 + round, "Round " + std::to_string(round), "1", ""});
        set_channels(channels);
        set_films(6 + round);
        panel_.forget_counts();
        tuner_.process().signal(SIGHUP);
        ASSERT_TRUE(panel_.wait_for("get_series", 1));
        // A different moment of reading, assembling and writing in each round.
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(3 * round);
        while (std::chrono::steady_clock::now() < until) {
        }
        tuner_.kill();
        const auto written = catalog();
        ASSERT_GE(written.at("live_channels").size(), 10U) << "round " << round;
        ASSERT_GE(written.at("movies").size(), 6U) << "round " << round;
        tuner_.start(options());
        ASSERT_GE(lineup().size(), 10U) << "round " << round;
        ASSERT_EQ(lineup().at("Channel A"), "1") << "round " << round;
        ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));
        ASSERT_EQ(lineup().count("Round " + std::to_string(round)), 1U) << "round " << round;
    }
}

/// The room that is left decides which file is the first that cannot be written.
class FullDisk : public PanelTest, public ::testing::WithParamInterface<int> {
protected:
    static constexpr std::size_t kDiskBytes = std::size_t{64} << 20;
};

TEST_P(FullDisk, CostsNeitherALineupNorANumberAndIsNamed) {
    if (!SmallDisk::is_possible()) {
        GTEST_SKIP() << "a disk can be mounted by root only";
    }
    SmallDisk disk(tuner_.directory(), kDiskBytes);
    run();
    wait_for_episodes();
    const auto before = lineup();
    ASSERT_EQ(before.size(), 10U);
    auto channels = ten_channels();
    channels.push_back({11, "Channel K", "1", ""});
    channels.erase(channels.begin() + 3);
    set_channels(channels);
    set_films(2'000);

    disk.fill(static_cast<std::uintmax_t>(GetParam()) << 10);
    const std::size_t from = tuner_.process().lines();
    refresh();
    EXPECT_TRUE(
        tuner_.process().wait_for_line({"No space left on device"}, std::chrono::seconds(0), from))
        << tuner_.process().stderr_text();
    for (const auto& [name, number] : lineup()) {
        EXPECT_TRUE(name == "Channel K" || before.at(name) == number) << name << " " << number;
    }
    EXPECT_GE(lineup().size(), 10U);
    EXPECT_EQ(catalog().at("live_channels").size(), 10U);
    EXPECT_EQ(catalog().at("movies").size(), 6U) << "half a catalog was taken for a whole one";
    EXPECT_EQ(tuner_.get("/guide.xml").status, 200);

    // It starts from what it had, full disk or not.
    ASSERT_EQ(tuner_.stop(), 0) << tuner_.process().stderr_text();
    tuner_.start(options());
    EXPECT_GE(lineup().size(), 10U) << tuner_.process().stderr_text();
    EXPECT_EQ(lineup().at("Channel A"), before.at("Channel A"));
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));

    disk.free_again();
    refresh();
    EXPECT_EQ(lineup().size(), 10U);
    EXPECT_EQ(lineup().count("Channel K"), 1U);
    EXPECT_EQ(lineup().at("Channel A"), before.at("Channel A"));
    EXPECT_EQ(catalog().at("movies").size(), 2'000U);
}

INSTANTIATE_TEST_SUITE_P(KibibytesLeft, FullDisk, ::testing::Values(0, 8, 64, 160, 256, 384, 512));

TEST_F(Refresh, TwoProcessesAtOnceMakeOneRequestEach) {
    auto shared = options();
    shared.settings["SHARED_DIR"] = tuner_.file("both").string();
    shared.settings["SHARED_MAX_AGE"] = "1m";
    Tuner other;
    auto second = shared;
    second.settings["XMLTV_URL"] = (other.directory() / "guide.xml").string();
    tuner_.start(shared);
    other.start(second);
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));
    ASSERT_TRUE(other.process().wait_for_line({"refresh is over"}));
    EXPECT_EQ(panel_.count("get_live_streams"), 1U);
    EXPECT_EQ(panel_.count("get_vod_streams"), 1U);
    EXPECT_EQ(panel_.count("get_series"), 1U);
    EXPECT_EQ(nlohmann::json::parse(other.get("/lineup.json").body).size(), 10U);
}

TEST_F(Refresh, FourteenProcessesOnOneAccountAreNeverBannedAndFetchEachListOnce) {
    constexpr int kProcesses = 14;
    panel_.set_limit(2, std::chrono::minutes(1));
    panel_.set_delay(std::chrono::milliseconds(20));
    panel_.set("xmltv.php",
        R"(<?xml version="1.0"?><tv><channel id="ch0.example"><display-name>A</display-name></channel>)"
        R"(<programme start="20200101000000 +0000" stop="20400101000000 +0000" channel="ch0.example">)"
        R"(<title>Always on</title></programme></tv>)");
    auto shared = options();
    shared.settings.erase("XMLTV_URL");
    shared.settings["SHARED_DIR"] = tuner_.file("all").string();
    shared.settings["SHARED_MAX_AGE"] = "10m";
    shared.settings["ADDR"] = "127.0.0.1:0";
    std::vector<std::unique_ptr<Tuner>> tuners;
    for (int i = 0; i < kProcesses; ++i) {
        tuners.push_back(std::make_unique<Tuner>());
        tuners.back()->launch(shared);
    }
    for (const auto& tuner : tuners) {
        EXPECT_TRUE(tuner->process().wait_for_line(
            {"refresh is over", "good=true"}, std::chrono::minutes(2)))
            << tuner->process().stderr_text();
    }
    EXPECT_EQ(panel_.bans(), 0U);
    EXPECT_LE(panel_.most_at_once(), 2);
    for (const char* list :
        {"account", "get_live_categories", "get_live_streams", "get_vod_categories",
            "get_vod_streams", "get_series_categories", "get_series", "xmltv.php"}) {
        EXPECT_EQ(panel_.count(list), 1U) << list;
    }
    EXPECT_LE(panel_.count("get_series_info"), 3U);
}

TEST_F(Refresh, AnAcceptedShrinkReachesTheRunningService) {
    run();
    auto channels = ten_channels();
    channels.resize(3);
    set_channels(channels);
    refresh();
    ASSERT_EQ(lineup().size(), 10U);
    Tuner command;
    auto accept = options();
    accept.subcommand = "index";
    accept.flags = {"-accept-shrink"};
    accept.settings["CATALOG"] = tuner_.file("catalog.json").string();
    accept.settings["SHARED_DIR"] = tuner_.file("shared").string();
    command.launch(accept);
    ASSERT_EQ(command.process().wait(), 0) << command.process().stderr_text();
    refresh();
    EXPECT_EQ(lineup().size(), 3U);
    EXPECT_THAT(tuner_.get("/").body, Not(HasSubstr("-accept-shrink")));
}

TEST_F(Refresh, EmptyCategoriesDoNotReorderTheChannels) {
    panel_.set("get_live_categories", panel_categories({{"1", "Z"}, {"2", "A"}}));
    auto channels = ten_channels();
    for (std::size_t i = 0; i < 5; ++i) {
        channels[i].category = "2";
    }
    std::ranges::reverse(channels);
    set_channels(channels);
    run();
    const std::string before = tuner_.get("/lineup.json").body;
    panel_.set("get_live_categories", "[]");
    refresh();
    EXPECT_EQ(tuner_.get("/lineup.json").body, before);
}

TEST_F(Refresh, CoolDownIsShownOnThePageAndInTheMetrics) {
    run();
    panel_.fail("get_live_streams",
        {.status = 429, .body = "slow down", .headers = "Retry-After: 900\r\n"});
    refresh();
    EXPECT_EQ(lineup().size(), 10U);
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("is left alone for another"));
    const std::string metrics = tuner_.get("/metrics").body;
    EXPECT_THAT(metrics, HasSubstr("plex_tuner_provider_cool_down_seconds{provider=\"127.0.0.1:"));
    EXPECT_THAT(metrics, Not(HasSubstr("joe")));
    panel_.mend("get_live_streams");
}

} // namespace
} // namespace plex_tuner::testing
