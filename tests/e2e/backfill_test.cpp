// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner vod-backfill-series` against a panel.
#include "panel_fixture.hpp"

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Backfill : public PanelTest {
protected:
    IndexResult backfill(const std::vector<std::string>& flags = {}) {
        launch(flags);
        const int code = tuner_.process().wait(std::chrono::seconds(60)).value_or(-1);
        return {code, tuner_.process().stdout_text(), tuner_.process().stderr_text()};
    }

    void launch(const std::vector<std::string>& flags = {}) {
        TunerOptions all = options();
        all.subcommand = "vod-backfill-series";
        all.flags = flags;
        tuner_.launch(all);
    }

    /// Index whose shows could not be had; the panel works afterwards.
    void index_without_episodes(int shows) {
        std::vector<PanelRecord> many;
        for (int i = 1; i <= shows; ++i) {
            many.push_back({i, "Show " + std::to_string(i), "1", modified(100)});
        }
        set_series(many);
        panel_.fail("get_series_info", {.status = 404, .body = "no"});
        ASSERT_EQ(index().exit_code, 0);
        ASSERT_EQ(episodes(), 0U);
        panel_.mend("get_series_info");
        panel_.forget_counts();
    }

    [[nodiscard]] std::size_t episodes() const {
        std::size_t count = 0;
        for (const auto& series : catalog().at("series")) {
            for (const auto& season : series.value("seasons", nlohmann::json::array())) {
                count += season.at("episodes").size();
            }
        }
        return count;
    }
};

TEST_F(Backfill, FetchesWhatIsLackingAndNothingTwice) {
    index_without_episodes(5);
    const IndexResult first = backfill({"-limit", "2"});
    EXPECT_EQ(first.exit_code, 0) << first.log;
    EXPECT_THAT(
        first.output, AllOf(HasSubstr("episodes of 2 of 5 series fetched: 2 seasons, 4 episodes"),
                          HasSubstr("3 series are left")));
    EXPECT_EQ(panel_.count("get_series_info"), 2U);
    EXPECT_EQ(episodes(), 4U);
    const IndexResult second = backfill();
    EXPECT_EQ(second.exit_code, 0) << second.log;
    EXPECT_THAT(second.output, HasSubstr("catalog: 5 series, 10 episodes"));
    EXPECT_EQ(panel_.count("get_series_info"), 5U);
    EXPECT_EQ(episodes(), 10U);
    const IndexResult third = backfill();
    EXPECT_EQ(third.exit_code, 0) << third.log;
    EXPECT_THAT(third.output, HasSubstr("no series lacks its episodes"));
    EXPECT_EQ(panel_.requests(), 5U) << "lists were not asked for at all";
    EXPECT_EQ(backfill({"-older-than", "1"}).exit_code, 0);
    EXPECT_EQ(panel_.requests(), 5U);
    EXPECT_EQ(backfill({"-older-than", "0"}).exit_code, 0);
    EXPECT_EQ(panel_.count("get_series_info"), 10U);
    EXPECT_THAT(third.output + third.log + first.log, Not(HasSubstr("hunter2")));
}

TEST_F(Backfill, AShowThatFailsKeepsItsEpisodesAndIsSaid) {
    ASSERT_EQ(index().exit_code, 0);
    ASSERT_EQ(episodes(), 6U);
    panel_.set_series_info([](const std::string& id) {
        return id == "2" ? std::string("<html>busy</html>")
                         : R"({"info":{},"episodes":{"1":[{"id":")" + id +
                               R"(1","episode_num":1}],"2":[{"id":")" + id +
                               R"(2","episode_num":1},{"id":")" + id + R"(3","episode_num":2}]}})";
    });
    const IndexResult result =
        backfill({"-older-than", "0", "-json", "-progress-out", tuner_.file("progress.json")});
    EXPECT_EQ(result.exit_code, 1) << result.log;
    EXPECT_EQ(episodes(), 8U) << "the one that failed has its two";
    const auto progress = nlohmann::json::parse(std::ifstream(tuner_.file("progress.json")));
    EXPECT_EQ(progress.at("done"), 3);
    EXPECT_EQ(progress.at("ok"), 2);
    EXPECT_EQ(progress.at("fail"), 1);
    EXPECT_EQ(progress.at("seasons"), 4);
    EXPECT_EQ(progress.at("eps"), 6);
    EXPECT_EQ(progress.at("fail_examples").at(0).at("series"), "2");
    EXPECT_EQ(nlohmann::json::parse(result.output).at("fail"), 1);
}

TEST_F(Backfill, AnInterruptedOneSaysWhereItIsAndGoesOnThere) {
    constexpr int kShows = 400;
    index_without_episodes(kShows);
    panel_.set_delay(std::chrono::milliseconds(5));
    launch();
    ASSERT_TRUE(panel_.wait_for("get_series_info", 60));
    tuner_.process().signal(SIGINT);
    EXPECT_EQ(tuner_.process().wait(), 130) << tuner_.process().stderr_text();
    const std::string said = tuner_.process().stdout_text();
    EXPECT_THAT(said, AllOf(HasSubstr("of 400 series fetched"), HasSubstr("interrupted; "),
                          HasSubstr("run it again to go on")));
    const std::size_t asked = panel_.count("get_series_info");
    ASSERT_LT(asked, std::size_t{kShows});
    EXPECT_EQ(episodes(), 2 * asked) << "all that was had is in the catalog";
    panel_.set_delay(std::chrono::milliseconds(0));
    EXPECT_EQ(backfill().exit_code, 0);
    EXPECT_EQ(panel_.count("get_series_info"), std::size_t{kShows}) << "none was asked for twice";
    EXPECT_EQ(episodes(), 2 * std::size_t{kShows});
}

TEST_F(Backfill, OneThatIsInterruptedBeforeTheEpisodesLeavesTheCatalogAlone) {
    index_without_episodes(5);
    std::filesystem::remove_all(tuner_.file("shared")); // the lists must be fetched again
    panel_.set_delay(std::chrono::milliseconds(100));
    launch();
    ASSERT_TRUE(panel_.wait_for("get_live_streams", 1));
    tuner_.process().signal(SIGINT);
    EXPECT_EQ(tuner_.process().wait(), 130) << tuner_.process().stderr_text();
    EXPECT_THAT(tuner_.process().stdout_text(), HasSubstr("interrupted before the first series"));
    EXPECT_EQ(panel_.count("get_series_info"), 0U);
    EXPECT_EQ(catalog().at("series").size(), 5U);
}

TEST_F(Backfill, WrongFlagsAndAPanelThatIsDownAreFailures) {
    EXPECT_EQ(backfill({"-limit", "few"}).exit_code, 2);
    ASSERT_EQ(index().exit_code, 0);
    for (const char* action : {"get_series_info", "get_live_streams", "get_series"}) {
        panel_.fail(action, {.status = 503});
    }
    const IndexResult down = backfill({"-older-than", "0"});
    EXPECT_EQ(down.exit_code, 1) << down.log;
    EXPECT_THAT(down.output, HasSubstr("3 series are left"));
    EXPECT_EQ(episodes(), 6U);
}

} // namespace
} // namespace plex_tuner::testing
