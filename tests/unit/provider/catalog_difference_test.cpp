// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/provider/catalog_difference.hpp>

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

struct Row {
    std::string id;
    std::string name;
    std::string group = "group";
};

CatalogSummary channels(const std::vector<Row>& rows) {
    catalog::CatalogBuilder builder;
    for (const Row& row : rows) {
        const std::array sources{catalog::StreamSource{.url = "http://h/1", .headers = {}}};
        catalog::LiveChannel channel;
        channel.channel_id = row.id;
        channel.guide_name = row.name;
        channel.group_title = row.group;
        channel.sources = sources;
        builder.add(channel);
    }
    return CatalogSummary(builder.build());
}

KindDifference of_channels(const std::vector<Row>& before, const std::vector<Row>& after) {
    return difference(channels(before), channels(after)).of(RecordKind::channel);
}

std::vector<Row> many(int count) {
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
        rows.push_back({"id" + std::to_string(i), "name" + std::to_string(i)});
    }
    return rows;
}

TEST(CatalogDifference, CountsEachKindOfChange) {
    const auto change = of_channels({{"1", "one"}, {"2", "two"}, {"3", "three"}, {"4", "four"}},
        {{"1", "one"}, {"2", "zwei"}, {"3", "three", "other"}, {"5", "five"}, {"6", "six"}});
    EXPECT_EQ(
        change, (KindDifference{
                    .before = 4, .after = 5, .added = 2, .removed = 1, .renamed = 1, .moved = 1}));
}

TEST(CatalogDifference, RenumberedRecordsAreNotRemoved) {
    const auto change = of_channels({{"1", "one"}, {"2", "two"}}, {{"801", "one"}, {"802", "two"}});
    EXPECT_FALSE(change.any());
}

TEST(CatalogDifference, FilmsAndSeriesCountForThemselves) {
    catalog::CatalogBuilder builder;
    catalog::Movie movie;
    movie.id = "m";
    movie.title = "film";
    builder.add(movie);
    catalog::Series series;
    series.id = "s";
    series.title = "show";
    builder.add(series);
    const auto change = difference(CatalogSummary(builder.build()), CatalogSummary());
    EXPECT_EQ(change.of(RecordKind::film).removed, 1U);
    EXPECT_EQ(change.of(RecordKind::series).removed, 1U);
    EXPECT_FALSE(change.of(RecordKind::channel).any());
    EXPECT_EQ(excessive_loss(change, 40), "1 of 1 films would go, 1 of 1 series would go");
}

TEST(CatalogDifference, LossIsExcessiveAboveTheShare) {
    EXPECT_EQ(excessive_loss(difference(channels(many(10)), channels(many(6))), 40), "");
    EXPECT_EQ(excessive_loss(difference(channels(many(10)), channels(many(5))), 40),
        "5 of 10 channels would go");
    EXPECT_EQ(excessive_loss(difference(channels(many(1000)), channels(many(599))), 40),
        "401 of 1000 channels would go");
    EXPECT_EQ(excessive_loss(difference(channels({}), channels(many(5))), 0), "");
}

TEST(CatalogDifference, NoShareLetsAllChannelsGo) {
    EXPECT_EQ(excessive_loss(difference(channels(many(10)), channels(many(1))), 100), "");
    EXPECT_EQ(excessive_loss(difference(channels(many(10)), channels({})), 100),
        "10 of 10 channels would go");
}

} // namespace
} // namespace plex_tuner::provider
