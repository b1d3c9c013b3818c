// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_plan.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using Files = std::vector<std::filesystem::path>;

guide::SourceReport read_with(std::size_t programmes) {
    return {.programmes = programmes};
}

guide::SourceReport broken(const std::string& reason) {
    return {.failure = reason};
}

Files files(const GuidePlan& plan) {
    Files names;
    for (const GuidePlan::Reading& reading : plan.readings()) {
        names.push_back(reading.file);
    }
    return names;
}

TEST(GuidePlan, UsesWhatCameInElseWhatWasGoodElseNothing) {
    const GuidePlan plan({{"a", "a.good"}, {"", "b.good"}, {"", ""}, {"d", ""}});
    EXPECT_EQ(files(plan), (Files{"a", "b.good", "d"}));
}

TEST(GuidePlan, ABrokenSourceFallsBackAloneAndTheOthersStay) {
    GuidePlan plan({{"a", "a.good"}, {"b", "b.good"}, {"c", ""}});
    const auto faults = plan.learn({read_with(3), broken("b: cut"), read_with(2)});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].source, 1U);
    EXPECT_EQ(faults[0].reason, "b: cut");
    EXPECT_TRUE(faults[0].was_fresh);
    EXPECT_TRUE(faults[0].last_good_takes_over);
    EXPECT_EQ(files(plan), (Files{"a", "b.good", "c"}));
    EXPECT_EQ(plan.good_fresh_sources(), (std::vector<std::size_t>{0, 2}));
}

TEST(GuidePlan, ABrokenSourceWithoutALastGoodOneIsLeftOut) {
    GuidePlan plan({{"a", ""}, {"b", ""}});
    const auto faults = plan.learn({broken("a: cut"), read_with(1)});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_FALSE(faults[0].last_good_takes_over);
    EXPECT_EQ(files(plan), (Files{"b"}));
}

TEST(GuidePlan, AnEmptySourceGivesWayToOneWithProgrammesOnly) {
    GuidePlan plan({{"a", "a.good"}, {"b", ""}});
    const auto faults = plan.learn({read_with(0), read_with(0)});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].reason, "a: holds no programme");
    EXPECT_EQ(files(plan), (Files{"a.good", "b"}));
    EXPECT_TRUE(plan.good_fresh_sources().empty());
}

TEST(GuidePlan, ReportsBelongToTheSourcesThatHadAFile) {
    GuidePlan plan({{"", ""}, {"b", ""}, {"", "c.good"}});
    const auto faults = plan.learn({read_with(1), broken("c.good: cut")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].source, 2U);
    EXPECT_FALSE(faults[0].was_fresh);
    EXPECT_FALSE(faults[0].last_good_takes_over);
    EXPECT_EQ(files(plan), (Files{"b"}));
    EXPECT_EQ(plan.good_fresh_sources(), (std::vector<std::size_t>{1}));
}

TEST(GuidePlan, ASecondBuildMayFindTheLastGoodOneBrokenToo) {
    GuidePlan plan({{"a", "a.good"}});
    ASSERT_EQ(plan.learn({broken("a: cut")}).size(), 1U);
    const auto faults = plan.learn({broken("a.good: cut")});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_FALSE(faults[0].last_good_takes_over);
    EXPECT_TRUE(files(plan).empty());
}

} // namespace
} // namespace plex_tuner::engine
