// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcode_table.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

struct Session {};

class TranscodeTableTest : public ::testing::Test {
protected:
    TranscodeTable<Session>::Admission join(const Session& original, std::string_view profile) {
        return table_.join(original, profile, [] { return std::make_shared<Session>(); });
    }

    TranscodeTable<Session> table_{3};
    Session one_;
    Session two_;
};

TEST_F(TranscodeTableTest, ViewersOfOneProfileShareASession) {
    const auto first = join(one_, "a");
    EXPECT_TRUE(first.created);
    const auto second = join(one_, "a");
    EXPECT_FALSE(second.created);
    EXPECT_EQ(second.session, first.session);
    EXPECT_NE(join(one_, "b").session, first.session);
    EXPECT_NE(join(two_, "a").session, first.session);
    ASSERT_EQ(table_.of(one_).size(), 2U);
    EXPECT_EQ(table_.of(one_).front().viewers, 2U);
}

TEST_F(TranscodeTableTest, TheLastWhoLeavesIsKnown) {
    const auto session = join(one_, "a").session;
    (void)join(one_, "a");
    EXPECT_FALSE(table_.leave(*session));
    EXPECT_FALSE(table_.release_if_idle(*session));
    EXPECT_TRUE(table_.leave(*session));
    EXPECT_FALSE(table_.leave(*session));
    EXPECT_TRUE(table_.release_if_idle(*session));
    EXPECT_FALSE(table_.release_if_idle(*session));
    EXPECT_TRUE(table_.of(one_).empty());
}

TEST_F(TranscodeTableTest, ThereAreNoMoreThanThat) {
    const auto session = join(one_, "a").session;
    (void)join(one_, "b");
    (void)join(two_, "a");
    EXPECT_EQ(join(two_, "b").session, nullptr);
    EXPECT_EQ(join(one_, "a").session, session) << "one that is there may be shared";
    table_.release(*session);
    EXPECT_TRUE(join(two_, "b").created);
}

TEST_F(TranscodeTableTest, NobodyJoinsOneThatWasTakenOut) {
    const auto session = join(one_, "a").session;
    table_.release(*session);
    EXPECT_FALSE(table_.leave(*session));
    EXPECT_TRUE(join(one_, "a").created);
}

} // namespace
} // namespace plex_tuner::gateway
