// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_fixture.hpp"

#include <plex_tuner/lineup/pipeline.hpp>

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PipelineTest : public ::testing::Test {
protected:
    /// Names of what is left, in order.
    std::vector<std::string> run(const Selection& selection, const std::vector<ChannelRow>& rows) {
        const auto pipeline = Pipeline::make(selection);
        EXPECT_TRUE(pipeline) << pipeline.error().message();
        const auto catalog = catalog_with(rows);
        stages_.clear();
        reasons_.clear();
        const auto note = [&](std::size_t channel, std::string_view stage, std::string reason) {
            reasons_[std::string(catalog->live_channels()[channel].guide_name)] =
                std::string(stage) + ": " + reason;
        };
        const auto live = catalog->live_channels();
        auto order = pipeline->select(live, pipeline->match(live), stages_, note);
        pipeline->cap(order, stages_, note);
        std::vector<std::string> names;
        for (const std::size_t index : order) {
            names.emplace_back(catalog->live_channels()[index].guide_name);
        }
        return names;
    }

    std::vector<StageReport> stages_;
    std::map<std::string, std::string> reasons_;
};

TEST_F(PipelineTest, EachStageSaysWhatItRemovedAndWhy) {
    Selection selection{.epg_only = true,
        .drop_music = true,
        .languages = {"en"},
        .exclude_pattern = "shop|qvc",
        .categories = {"us"},
        .skip = 1,
        .take = 2,
        .max_channels = 1};
    const auto kept =
        run(selection, {{"NBC", "nbc.us"}, {"No Guide"}, {"Vevo Pop", "vevo.us"}, {"TF1", "tf1.fr"},
                           {"Shop TV", "shop.us"}, {"BBC One", "bbc1.uk"}, {"CBS", "cbs.us"},
                           {"FOX", "fox.us"}, {"PBS", "pbs.us"}});
    EXPECT_THAT(kept, ElementsAre("CBS"));
    EXPECT_EQ(reasons_["No Guide"], "guide id: it has no guide id (tvg-id)");
    EXPECT_EQ(reasons_["Vevo Pop"], "music: its name or guide id has 'VEVO'");
    EXPECT_EQ(reasons_["TF1"], "language: its language seems to be 'fr', wanted: en");
    EXPECT_EQ(reasons_["Shop TV"], "exclude: the pattern 'shop|qvc' matches it");
    EXPECT_EQ(
        reasons_["BBC One"], "category: its region is 'uk' and its type 'general', wanted: us");
    EXPECT_EQ(reasons_["NBC"], "skip and take: place 1 of 4, the first 1 are skipped");
    EXPECT_EQ(reasons_["PBS"], "skip and take: place 4 of 4, 2 are taken from place 2 on");
    EXPECT_EQ(reasons_["FOX"], "cap: place 2 of 2, the lineup is cut at 1");
    std::vector<std::string> names;
    std::size_t before = 9;
    for (const StageReport& stage : stages_) {
        names.emplace_back(stage.stage);
        EXPECT_EQ(stage.before, before);
        before = stage.after;
    }
    EXPECT_THAT(names, ElementsAre("guide id", "music", "language", "exclude", "category",
                           "skip and take", "cap"));
}

TEST_F(PipelineTest, MusicIsKnownByNameOrGuideId) {
    const Selection selection{.drop_music = true};
    EXPECT_THAT(run(selection,
                    {{"Stingray Hits"}, {"4Music"}, {"BBC Radio 1"}, {"X", "MTV Live.uk"}, {"MTV"},
                        {"Jukebox24"}, {"Trace Urban"}, {"Traces of War"}, {"CMT"}, {"News"}}),
        ElementsAre("MTV", "Traces of War", "News"));
}

TEST_F(PipelineTest, ExclusionIgnoresCaseAndSeesTheGuideId) {
    EXPECT_THAT(run({.exclude_pattern = "^adult|\\.xx$"},
                    {{"ADULT One"}, {"Nice", "nice.xx"}, {"Not Adult", "a.us"}}),
        ElementsAre("Not Adult"));
}

TEST_F(PipelineTest, ShapePutsWhatNorthAmericansWatchFirst) {
    const std::vector<ChannelRow> rows{{"Das Erste", "daserste.de"}, {"QVC Shop", "qvc.us"},
        {"Nameless"}, {"ABC", "abc.us"}, {"CTV Regina", "ctvregina.ca"}, {"CBC", "cbc.ca"}};
    EXPECT_THAT(run({.shape = Shape::na_en}, rows),
        ElementsAre("CTV Regina", "CBC", "ABC", "Nameless", "QVC Shop", "Das Erste"));
    EXPECT_THAT(run({.shape = Shape::na_en, .region = Region::ca_prairies}, rows),
        ElementsAre("CTV Regina", "CBC", "ABC", "Nameless", "QVC Shop", "Das Erste"));
    EXPECT_THAT(run({.shape = Shape::none}, rows),
        ElementsAre("Das Erste", "QVC Shop", "Nameless", "ABC", "CTV Regina", "CBC"));
}

TEST_F(PipelineTest, SkipBeyondTheEndLeavesNothing) {
    EXPECT_THAT(run({.skip = 5}, {{"a"}, {"b"}}), ElementsAre());
    EXPECT_THAT(run({.take = 5}, {{"a"}, {"b"}}), ElementsAre("a", "b"));
}

TEST_F(PipelineTest, AllMeansOff) {
    EXPECT_THAT(run({.languages = {"all"}, .categories = {"ALL"}}, {{"a"}, {"TF1", "tf1.fr"}}),
        ElementsAre("a", "TF1"));
}

TEST(Pipeline, WhatDoesNotExistIsAnErrorThatListsWhatDoes) {
    const auto message = [](const Selection& selection) {
        const auto pipeline = Pipeline::make(selection);
        return pipeline ? std::string("no error") : pipeline.error().message();
    };
    EXPECT_THAT(message({.categories = {"sport"}}), HasSubstr("'sport'"));
    EXPECT_THAT(message({.categories = {"sport"}}), HasSubstr("canadamovies, usmovies, all"));
    EXPECT_THAT(message({.languages = {"klingon"}}), HasSubstr("en, fr, es"));
    EXPECT_THAT(message({.exclude_pattern = "a("}), HasSubstr("missing )"));
}

TEST(ShardsNeeded, CountsTuners) {
    EXPECT_EQ(shards_needed(0), 1);
    EXPECT_EQ(shards_needed(479), 1);
    EXPECT_EQ(shards_needed(480), 2);
    EXPECT_EQ(shards_needed(6'207), 13);
}

} // namespace
} // namespace plex_tuner::lineup
