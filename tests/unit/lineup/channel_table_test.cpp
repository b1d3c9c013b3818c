// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_fixture.hpp"

#include <plex_tuner/lineup/channel_table.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr WallTime kNow{std::chrono::seconds(1'700'000'000)};

class TableOf : public ::testing::Test {
protected:
    /// "number name guide-id" of each channel.
    std::vector<std::string> build(
        const std::string& text, const std::vector<ChannelRow>& rows, Selection selection = {}) {
        auto table = ChannelTable::parse(text);
        EXPECT_TRUE(table) << table.error().message();
        selection.table = std::make_shared<const ChannelTable>(std::move(*table));
        Options options{.pipeline = *Pipeline::make(selection), .guide_number_offset = offset_};
        removed_.clear();
        lineup_ = Lineup::build(catalog_with(rows), options, book_, kNow, &report_,
            [&](std::size_t, std::string_view stage, std::string reason) {
                removed_.push_back(std::string(stage) + ": " + reason);
            });
        std::vector<std::string> found;
        for (const Channel& channel : lineup_->channels()) {
            found.push_back(channel.guide_number + " " + std::string(channel.guide_name) + " " +
                            std::string(channel.tvg_id));
        }
        return found;
    }

    /// What the user is told of the table.
    [[nodiscard]] std::string problem_of(
        const std::string& text, const std::vector<ChannelRow>& rows) {
        (void)build(text, rows);
        return table_problem(*ChannelTable::parse(text), *report_.table);
    }

    NumberBook book_;
    Report report_;
    int offset_ = 0;
    std::shared_ptr<const Lineup> lineup_;
    std::vector<std::string> removed_;
};

TEST_F(TableOf, SaysWhichChannelsInWhichOrderUnderWhichNumbers) {
    EXPECT_THAT(build("12\tb.uk\tB\n5.1\ta.uk\tA\n", {{"A", "a.uk"}, {"X", "x.uk"}, {"B", "b.uk"}}),
        ElementsAre("12 B b.uk", "5.1 A a.uk"));
    EXPECT_THAT(removed_, ElementsAre("table: the table of channels does not have it"));
    EXPECT_EQ(lineup_->channels()[0].number_origin, NumberOrigin::fixed);
}

TEST_F(TableOf, AStarKeepsTheOthersBehindThem) {
    EXPECT_THAT(build("2\t-\tB\n*\n", {{"A"}, {"B"}, {"C"}}), ElementsAre("2 B ", "1 A ", "3 C "));
}

TEST_F(TableOf, NamesAndGuideIdsOfTheTableArePreferred) {
    EXPECT_THAT(build("1\ta.uk\tA\tother.id\tBetter Name\n2\tb.uk\tB\t-\tNew\n",
                    {{"A", "a.uk"}, {"B", "b.uk"}}),
        ElementsAre("1 Better Name other.id", "2 New b.uk"));
    EXPECT_TRUE(lineup_->channels()[0].has_given_guide_id);
    EXPECT_FALSE(lineup_->channels()[1].has_given_guide_id);
}

TEST_F(TableOf, NumbersOfTheTableAreTakenFromWhoeverHadThem) {
    (void)build("*\n", {{"A"}, {"B"}, {"C"}});
    EXPECT_THAT(build("1\t-\tC\n*\n", {{"A"}, {"B"}, {"C"}}), ElementsAre("1 C ", "3 A ", "2 B "));
    // And they stay so.
    EXPECT_THAT(build("1\t-\tC\n*\n", {{"A"}, {"B"}, {"C"}}), ElementsAre("1 C ", "3 A ", "2 B "));
    std::vector<std::string> numbers;
    for (const BookedNumber& entry : book_.entries) {
        numbers.push_back(entry.guide_number);
    }
    EXPECT_THAT(numbers, ::testing::UnorderedElementsAre("1", "2", "3"));
}

TEST_F(TableOf, RowsThatAreNoChannelAreNamed) {
    EXPECT_EQ(problem_of("1\ta.uk\tA\n", {{"A", "a.uk"}}), "");
    EXPECT_EQ(problem_of("1\ta.uk\tA\n7\tgone.uk\tGone\n", {{"A", "a.uk"}}),
        "1 of the 2 rows of PLEX_TUNER_LINEUP_CHANNELS_FILE is no channel of the catalog: 7 Gone "
        "(gone.uk)");
    EXPECT_THAT(problem_of("-\tx\n-\t-\tY\n*\n", {{"A"}}),
        AllOf(StartsWith("none of the 2 rows"), HasSubstr("(x), Y;")));
    std::string many = "1\t-\tA\n";
    for (int i = 2; i < 20; ++i) {
        many += std::to_string(i) + "\t-\tGone " + std::to_string(i) + "\n";
    }
    EXPECT_THAT(problem_of(many, {{"A"}}),
        AllOf(StartsWith("18 of the 19 rows"), HasSubstr("6 Gone 6 and 13 more")));
}

TEST_F(TableOf, ARowThatAStageLeavesOutHasAChannel) {
    (void)build("1\t-\tA\n2\t-\tB\n", {{"A"}, {"B"}}, {.max_channels = 1});
    EXPECT_TRUE(report_.table->unanswered.empty());
}

TEST_F(TableOf, AReservedNumberIsNoObstacle) {
    (void)build("*\n", {{"Gone"}, {"B"}});
    EXPECT_THAT(build("1\t-\tB\n", {{"B"}}), ElementsAre("1 B "));
    EXPECT_EQ(book_.entries.size(), 1U);
}

TEST_F(TableOf, TheOffsetIsNotAddedToThem) {
    offset_ = 1000;
    EXPECT_THAT(build("7\t-\tA\n-\t-\tB\n", {{"A"}, {"B"}}), ElementsAre("7 A ", "1001 B "));
}

TEST_F(TableOf, AChannelIsKnownByIdAndNameThenByNameThenById) {
    EXPECT_THAT(build("1\ta.uk\tNews\n2\tb.uk\tNews\n3\tc.uk\tSport\n4\td.uk\tKids\n",
                    {{"News", "b.uk"}, {"News", "a.uk"}, {"Sport", "new.uk"}, {"Kids+", "d.uk"}}),
        ElementsAre("1 News a.uk", "2 News b.uk", "3 Sport new.uk", "4 Kids+ d.uk"));
}

TEST_F(TableOf, CaseAndBlanksDoNotMatter) {
    EXPECT_THAT(
        build("1\tA.UK\t bbc   ONE \r\n", {{"BBC One", "a.uk"}}), ElementsAre("1 BBC One a.uk"));
}

TEST_F(TableOf, AChannelWithAGivenGuideIdHasOne) {
    EXPECT_THAT(build("1\t-\tA\tgiven.id\n2\t-\tB\n", {{"A"}, {"B"}}, {.epg_only = true}),
        ElementsAre("1 A given.id"));
}

TEST_F(TableOf, EachShardGetsItsChannelsUnderThoseNumbers) {
    const std::string text = "901\t-\tA\n902\t-\tB\n903\t-\tC\n904\t-\tD\n";
    const std::vector<ChannelRow> rows{{"D"}, {"C"}, {"B"}, {"A"}};
    EXPECT_THAT(build(text, rows, {.shard = Shard{1, 2}}), ElementsAre("901 A ", "902 B "));
    EXPECT_THAT(build(text, rows, {.shard = Shard{2, 2}}), ElementsAre("903 C ", "904 D "));
}

TEST(ChannelTable, WhatIsWrongIsNamedByItsLine) {
    const auto error = [](const std::string& text) {
        const auto table = ChannelTable::parse(text);
        return table ? std::string("none") : table.error().message();
    };
    EXPECT_EQ(error("# a comment\n\n*\n"), "none");
    EXPECT_THAT(error("#\n1\t-\tA\n1\t-\tB\n"), StartsWith("line 3: the number 1 is in line 2"));
    EXPECT_THAT(error("007\t-\tA\n7\t-\tB\n"), StartsWith("line 2: the number 7 is in line 1"));
    EXPECT_THAT(error("five\t-\tA\n"), StartsWith("line 1: 'five' is no guide number"));
    EXPECT_THAT(error("99999999\t-\tA\n"), HasSubstr("is no guide number"));
    EXPECT_THAT(error("5 A\n"), HasSubstr("both are empty (columns are parted by tabs)"));
    EXPECT_THAT(error("1\t-\tA\tb\tc\td\n"), StartsWith("line 1: it has 6 columns"));
}

TEST(ChannelTable, WhatIsWrittenIsReadAgain) {
    const std::vector<TableRow> rows{
        {"1", "a", "A", "", "New\tname"}, {"", "", "B", "g", ""}, {"5.1", "c", "", "", ""}};
    const std::string text = format_channel_table(rows, true, "Made\nby a test");
    const auto table = ChannelTable::parse(text);
    ASSERT_TRUE(table) << table.error().message();
    EXPECT_TRUE(table->keeps_others());
    EXPECT_THAT(
        table->rows(), ElementsAre(TableRow{"1", "a", "A", "", "New name"},
                           TableRow{"", "", "B", "g", ""}, TableRow{"5.1", "c", "", "", ""}));
}

} // namespace
} // namespace plex_tuner::lineup
