// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/state_db.hpp>

#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr WallTime kStart{std::chrono::seconds(1'704'067'200)};

class StateDbTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "state.db"; }

    [[nodiscard]] StateDb open() const {
        auto opened = StateDb::open(path());
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        return std::move(*opened);
    }

    testing::TemporaryDirectory directory_;
    const std::vector<NumberEntry> book_ = {
        {.guide_number = "5.1", .identity = "acc/1", .name_key = "|one", .last_seen = kStart},
        {.guide_number = "7", .identity = "acc/1", .name_key = "|two", .last_seen = kStart}};
};

TEST_F(StateDbTest, ANewOneIsEmpty) {
    auto db = open();
    EXPECT_THAT(*db.numbers(), IsEmpty());
    EXPECT_EQ(*db.note("k"), std::nullopt);
}

TEST_F(StateDbTest, NumbersAndNotesAreCommittedTogetherAndSurviveARestart) {
    {
        auto db = open();
        auto change = db.begin();
        ASSERT_TRUE(change);
        ASSERT_TRUE(change->replace_numbers(book_));
        ASSERT_TRUE(change->put_note("playlist", "etag-1"));
        ASSERT_TRUE(change->commit());
    }
    auto db = open();
    EXPECT_THAT(*db.numbers(), ElementsAreArray(book_));
    EXPECT_EQ(*db.note("playlist"), "etag-1");
}

TEST_F(StateDbTest, WithoutCommitNothingChanged) {
    auto db = open();
    {
        auto change = db.begin();
        ASSERT_TRUE(change);
        ASSERT_TRUE(change->replace_numbers(book_));
        ASSERT_TRUE(change->put_note("playlist", "etag-1"));
        EXPECT_THAT(*change->numbers(), ElementsAreArray(book_));
        EXPECT_EQ(*change->note("playlist"), "etag-1");
    }
    EXPECT_THAT(*db.numbers(), IsEmpty());
    EXPECT_EQ(*db.note("playlist"), std::nullopt);
}

TEST_F(StateDbTest, ReplacingForgetsWhatIsNotInTheNewBook) {
    auto db = open();
    auto first = db.begin();
    ASSERT_TRUE(first->replace_numbers(book_));
    ASSERT_TRUE(first->put_note("a", "1"));
    ASSERT_TRUE(first->put_note("b", "1"));
    ASSERT_TRUE(first->commit());
    auto second = db.begin();
    ASSERT_TRUE(second->replace_numbers(std::span(book_).last(1)));
    ASSERT_TRUE(second->put_note("a", "2"));
    ASSERT_TRUE(second->commit());
    EXPECT_THAT(*db.numbers(), ElementsAre(book_[1]));
    EXPECT_EQ(*db.note("a"), "2");
    EXPECT_EQ(*db.note("b"), "1");
}

TEST_F(StateDbTest, ABookWithANumberTwiceIsRefusedWhole) {
    auto db = open();
    const std::vector<NumberEntry> twice = {book_[0], book_[0]};
    {
        auto change = db.begin();
        const auto refused = change->replace_numbers(twice);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(refused.error().message(), HasSubstr("acc/1"));
    }
    EXPECT_THAT(*db.numbers(), IsEmpty());
}

TEST_F(StateDbTest, AnotherInstanceSeesOldOrNewNeverAPart) {
    auto db = open();
    auto other = open();
    auto change = db.begin();
    ASSERT_TRUE(change->replace_numbers(book_));
    EXPECT_THAT(*other.numbers(), IsEmpty());
    ASSERT_TRUE(change->commit());
    EXPECT_THAT(*other.numbers(), ElementsAreArray(book_));
}

TEST_F(StateDbTest, ADamagedFileIsBegunAnewAndSaysSo) {
    std::ofstream(path()) << "SQLite format 3 and then something else, of any length" +
                                 std::string(5000, 'x');
    auto db = open();
    EXPECT_THAT(db.take_warnings(), ElementsAre(HasSubstr("state.db.corrupt-")));
    EXPECT_THAT(*db.numbers(), IsEmpty());
    auto change = db.begin();
    ASSERT_TRUE(change);
    ASSERT_TRUE(change->replace_numbers(book_));
    ASSERT_TRUE(change->commit());
}

} // namespace
} // namespace plex_tuner::state
