// SPDX-License-Identifier: GPL-3.0-or-later
#include "tuner_table.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

struct Session {
    int tuner = 0;
};

using Table = TunerTable<Session>;

auto join(Table& table, const std::string& channel, std::optional<int> forced = std::nullopt) {
    return table.join(
        channel, forced, [](int tuner) { return std::make_shared<Session>(Session{tuner}); });
}

TEST(TunerTable, ViewersOfAChannelShareATuner) {
    Table table(2, 10);
    const auto first = join(table, "a");
    const auto second = join(table, "a");
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(first->created);
    EXPECT_FALSE(second->created);
    EXPECT_EQ(first->session, second->session);
    EXPECT_EQ(table.occupants()[0].viewers, 2U);
    EXPECT_EQ(table.occupants()[1].session, nullptr);
}

TEST(TunerTable, RefusesAnotherChannelWhenAllTunersAreWatched) {
    Table table(1, 10);
    ASSERT_TRUE(join(table, "a"));
    const auto refused = join(table, "b");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), TuneError::all_tuners_in_use);
}

TEST(TunerTable, ChannelWithoutViewersGivesUpItsTuner) {
    Table table(1, 10);
    const auto first = join(table, "a");
    EXPECT_TRUE(table.leave(*first->session));
    const auto next = join(table, "b");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->evicted, first->session);
    EXPECT_FALSE(table.leave(*first->session)) << "it has no tuner any more";
}

TEST(TunerTable, FreeTunerIsTakenBeforeAnIdleOne) {
    Table table(2, 10);
    const auto first = join(table, "a");
    (void)table.leave(*first->session);
    const auto next = join(table, "b");
    EXPECT_EQ(next->tuner, 1);
    EXPECT_EQ(next->evicted, nullptr);
}

TEST(TunerTable, EvictsTheLongestIdle) {
    Table table(2, 10);
    const auto first = join(table, "a");
    const auto second = join(table, "b");
    (void)table.leave(*second->session);
    (void)table.leave(*first->session);
    EXPECT_EQ(join(table, "c")->evicted, second->session);
    EXPECT_EQ(join(table, "d")->evicted, first->session);
}

TEST(TunerTable, ReturningViewerKeepsTheSession) {
    Table table(1, 10);
    const auto first = join(table, "a");
    (void)table.leave(*first->session);
    const auto again = join(table, "a");
    EXPECT_EQ(again->session, first->session);
    EXPECT_FALSE(table.release_if_idle(*first->session));
    (void)table.leave(*first->session);
    EXPECT_TRUE(table.release_if_idle(*first->session));
    EXPECT_EQ(table.occupants()[0].session, nullptr);
}

TEST(TunerTable, ForcedTuner) {
    Table table(3, 10);
    const auto first = join(table, "a", 2);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->tuner, 2);
    EXPECT_EQ(join(table, "b", 2).error(), TuneError::tuner_in_use);
    EXPECT_EQ(join(table, "b", 3).error(), TuneError::tuner_in_use);
    EXPECT_EQ(join(table, "b", -1).error(), TuneError::tuner_in_use);
    EXPECT_EQ(join(table, "a", 1)->session, first->session) << "one upstream per channel";
    EXPECT_EQ(join(table, "b", 0)->tuner, 0);
}

TEST(TunerTable, ForcedTunerThatIsIdleIsTakenOver) {
    Table table(2, 10);
    const auto first = join(table, "a", 0);
    (void)table.leave(*first->session);
    const auto next = join(table, "b", 0);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->tuner, 0);
    EXPECT_EQ(next->evicted, first->session);
}

TEST(TunerTable, LimitsViewersOfAChannel) {
    Table table(2, 2);
    ASSERT_TRUE(join(table, "a"));
    ASSERT_TRUE(join(table, "a"));
    EXPECT_EQ(join(table, "a").error(), TuneError::system_busy);
}

TEST(TunerTable, PeekTellsWithoutTaking) {
    Table table(1, 10);
    EXPECT_EQ(table.peek("a", std::nullopt), 0);
    EXPECT_EQ(table.occupants()[0].session, nullptr);
    ASSERT_TRUE(join(table, "a"));
    EXPECT_EQ(table.peek("a", std::nullopt), 0);
    EXPECT_EQ(table.peek("b", std::nullopt).error(), TuneError::all_tuners_in_use);
}

TEST(TunerTable, RefusesAllOnceItIsTold) {
    Table table(2, 10);
    table.refuse_all();
    EXPECT_EQ(join(table, "a").error(), TuneError::system_busy);
}

TEST(TunerTable, WithoutTunersEveryChannelIsRefused) {
    Table table(0, 10);
    EXPECT_EQ(join(table, "a").error(), TuneError::all_tuners_in_use);
}

auto join_as_holder(Table& table, const std::string& channel, int tuner) {
    return table.join(channel, tuner,
        [](int index) { return std::make_shared<Session>(Session{index}); },
        {.address = "10.0.0.9", .holds_reservation = true});
}

TEST(TunerTable, AReservedTunerIsForItsHolderAlone) {
    Table table(2, 10);
    EXPECT_TRUE(table.reserve(0).is_granted);
    EXPECT_FALSE(table.reserve(0).is_granted) << "twice";
    EXPECT_FALSE(table.reserve(2).is_granted) << "does not exist";
    EXPECT_EQ(join(table, "a")->tuner, 1) << "the other one";
    EXPECT_EQ(join(table, "b").error(), TuneError::all_tuners_in_use);
    EXPECT_EQ(join(table, "b", 0).error(), TuneError::tuner_in_use);
    EXPECT_EQ(join_as_holder(table, "b", 0)->tuner, 0);
    EXPECT_EQ(table.occupants()[0].viewer, "10.0.0.9");
    EXPECT_TRUE(table.occupants()[0].is_reserved);
    table.end_reservation(0);
    EXPECT_FALSE(table.occupants()[0].is_reserved);
}

TEST(TunerTable, AWatchedTunerIsNotReservedAndAnIdleOneIsCleared) {
    Table table(1, 10);
    const auto watched = join(table, "a");
    EXPECT_FALSE(table.reserve(0).is_granted);
    ASSERT_TRUE(table.leave(*watched->session));
    const auto reservation = table.reserve(0);
    EXPECT_TRUE(reservation.is_granted);
    EXPECT_EQ(reservation.evicted, watched->session);
    EXPECT_EQ(join_as_holder(table, "b", 0)->evicted, watched->session) << "to wait for its end";
}

TEST(TunerTable, AHolderWhoseOldChannelIsStillWatchedGetsAnotherTuner) {
    Table table(2, 10);
    ASSERT_TRUE(table.reserve(0).is_granted);
    const auto mine = join_as_holder(table, "a", 0);
    const auto shared = join(table, "a");
    EXPECT_EQ(shared->tuner, 0);
    EXPECT_FALSE(table.leave(*mine->session));
    EXPECT_EQ(join_as_holder(table, "b", 0)->tuner, 1);
}

} // namespace
} // namespace plex_tuner::gateway
