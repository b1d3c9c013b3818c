// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_fixture.hpp"

#include <plex_tuner/lineup/lineup.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

using ::testing::ElementsAre;

constexpr WallTime kStart{std::chrono::seconds(1'700'000'000)};

/// A lineup that several tuners share through one book.
class ShardingTest : public ::testing::Test {
protected:
    struct Place {
        int shard;
        std::string number;
        friend bool operator==(const Place&, const Place&) = default;
    };

    /// Each tuner makes its lineup; name → where it is.
    std::map<std::string, Place> refresh(
        const std::vector<ChannelRow>& rows, int shards, int max_channels = 480) {
        now_ += std::chrono::hours(6);
        std::map<std::string, Place> places;
        for (int k = 1; k <= shards; ++k) {
            const Options options{.pipeline = *Pipeline::make(
                                      {.shard = Shard{k, shards}, .max_channels = max_channels}),
                .guide_number_offset = 0};
            const auto lineup = Lineup::build(catalog_with(rows), options, book_, now_, &report_);
            EXPECT_LE(lineup->channels().size(), 479U);
            for (const Channel& channel : lineup->channels()) {
                EXPECT_TRUE(
                    places.emplace(channel.guide_name, Place{k, channel.guide_number}).second)
                    << channel.guide_name << " is on two shards";
            }
        }
        return places;
    }

    static std::vector<ChannelRow> channels(int first, int last) {
        std::vector<ChannelRow> rows;
        for (int i = first; i <= last; ++i) {
            rows.push_back({"Channel " + std::to_string(i)});
        }
        return rows;
    }

    NumberBook book_;
    Report report_;
    WallTime now_ = kStart;
};

TEST_F(ShardingTest, DividesEvenlyAndInOrder) {
    const auto places = refresh(channels(1, 10), 3);
    ASSERT_TRUE(report_.division);
    EXPECT_THAT(report_.division->shard_sizes, ElementsAre(4, 3, 3));
    EXPECT_EQ(places.at("Channel 4").shard, 1);
    EXPECT_EQ(places.at("Channel 5").shard, 2);
    std::set<std::string> numbers;
    for (const auto& [name, place] : places) {
        EXPECT_TRUE(numbers.insert(place.number).second) << "two tuners give " << place.number;
    }
}

TEST_F(ShardingTest, ThreePercentChangeMovesNobodyElse) {
    auto rows = channels(1, 6'000);
    const auto before = refresh(rows, 13);
    ASSERT_EQ(before.size(), 6'000U);
    // 90 go, 90 come in between, and the provider sorts its list in another way.
    for (int i = 0; i < 90; ++i) {
        rows.erase(rows.begin() + i * 60);
        rows.insert(rows.begin() + i * 37, {"New " + std::to_string(i)});
    }
    std::reverse(rows.begin(), rows.end());
    const auto after = refresh(rows, 13);
    EXPECT_EQ(after.size(), 6'000U);
    for (const auto& [name, place] : after) {
        if (const auto old = before.find(name); old != before.end()) {
            ASSERT_EQ(place, old->second) << name;
        }
    }
}

TEST_F(ShardingTest, ANewChannelJoinsItsNeighbourWhereThereIsRoom) {
    (void)refresh(channels(1, 100), 2);
    auto rows = channels(1, 100);
    rows.insert(rows.begin() + 75, {"New"});
    EXPECT_EQ(refresh(rows, 2).at("New").shard, 2);
}

TEST_F(ShardingTest, FullShardsSendNewChannelsElsewhereAndThenAway) {
    auto rows = channels(1, 4);
    (void)refresh(rows, 2, 3);
    rows.insert(rows.begin(), {{"N1"}, {"N2"}, {"N3"}});
    const auto places = refresh(rows, 2, 3);
    EXPECT_EQ(places.size(), 6U);
    EXPECT_EQ(places.count("N3"), 0U);
    EXPECT_EQ(report_.division->without_room, 1U);
    EXPECT_THAT(report_.division->shard_sizes, ElementsAre(3, 3));
    // One more tuner takes what found no room, and nothing else moves.
    const auto more = refresh(rows, 3, 3);
    EXPECT_EQ(more.at("N3").shard, 3);
    for (const auto& [name, place] : places) {
        EXPECT_EQ(more.at(name), place) << name;
    }
}

TEST_F(ShardingTest, WhoReturnsGoesBackButPushesNobody) {
    const auto before = refresh(channels(1, 6), 2, 3);
    auto rows = channels(2, 6);
    rows.push_back({"New"});
    const auto between = refresh(rows, 2, 3);
    EXPECT_EQ(between.at("New").shard, 1);
    rows.push_back({"Channel 1"});
    const auto after = refresh(rows, 2, 3);
    EXPECT_EQ(after.count("Channel 1"), 0U) << "its place was taken";
    for (const auto& [name, place] : between) {
        EXPECT_EQ(after.at(name), place) << name;
    }
    rows.erase(std::ranges::find(rows, "New", &ChannelRow::name));
    EXPECT_EQ(refresh(rows, 2, 3).at("Channel 1"), before.at("Channel 1"));
}

TEST_F(ShardingTest, ATunerThatWasDownFindsWhatTheOthersAgreedOn) {
    (void)refresh(channels(1, 100), 2);
    auto rows = channels(1, 100);
    rows.push_back({"New"});
    const auto both = refresh(rows, 2);
    EXPECT_EQ(refresh(rows, 2), both);
}

} // namespace
} // namespace plex_tuner::lineup
