// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbering.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

using testing::ElementsAre;

constexpr WallTime kStart{std::chrono::seconds(1'700'000'000)};
constexpr std::chrono::days kDay{1};

struct Row {
    std::string identity;
    std::string name;
    std::string wanted = {};
};

class NumberBookTest : public testing::Test {
protected:
    std::vector<std::string> assign(const std::vector<Row>& rows, int offset = 0) {
        std::vector<Candidate> candidates;
        for (const Row& row : rows) {
            candidates.push_back({row.identity, name_key("", row.name), row.wanted});
        }
        assigned_ = assign_numbers(candidates, offset, book_, now_);
        std::vector<std::string> numbers;
        for (const Assigned& one : assigned_) {
            numbers.push_back(one.number);
        }
        return numbers;
    }

    NumberBook book_;
    WallTime now_ = kStart;
    std::vector<Assigned> assigned_;
};

TEST_F(NumberBookTest, NumbersStayWhenTheListIsReordered) {
    EXPECT_THAT(assign({{"1", "one"}, {"2", "two"}, {"3", "three"}}), ElementsAre("1", "2", "3"));
    EXPECT_THAT(assign({{"3", "three"}, {"1", "one"}, {"2", "two"}}), ElementsAre("3", "1", "2"));
}

TEST_F(NumberBookTest, RenamedChannelKeepsItsNumber) {
    (void)assign({{"1", "one"}, {"2", "two"}});
    EXPECT_THAT(assign({{"1", "uno"}, {"2", "two"}}), ElementsAre("1", "2"));
}

TEST_F(NumberBookTest, ProviderThatRenumbersItsStreamsMovesNobody) {
    (void)assign({{"1", "one"}, {"2", "two"}, {"3", "three"}});
    EXPECT_THAT(assign({{"2", "one"}, {"3", "two"}, {"1", "three"}}), ElementsAre("1", "2", "3"));
    EXPECT_THAT(
        assign({{"901", "one"}, {"902", "two"}, {"903", "three"}}), ElementsAre("1", "2", "3"));
    EXPECT_EQ(book_.entries.size(), 3U);
}

TEST_F(NumberBookTest, ChannelsOfOneNameKeepTheirOrder) {
    (void)assign({{"1", "ESPN"}, {"2", "ESPN"}, {"3", "ESPN"}});
    EXPECT_THAT(
        assign({{"11", "ESPN"}, {"12", "ESPN"}, {"13", "ESPN"}}), ElementsAre("1", "2", "3"));
}

TEST_F(NumberBookTest, NewChannelsTakeFreeNumbersAndPushNobody) {
    (void)assign({{"1", "one"}, {"2", "two"}});
    EXPECT_THAT(assign({{"9", "new", "1"}, {"1", "one"}, {"2", "two"}, {"8", "newer", "70"}}),
        ElementsAre("3", "1", "2", "70"));
    EXPECT_EQ(assigned_[0].origin, NumberOrigin::next_free);
    EXPECT_EQ(assigned_[1].origin, NumberOrigin::kept);
    EXPECT_EQ(assigned_[3].origin, NumberOrigin::wanted);
}

TEST_F(NumberBookTest, NumberOfAMissingChannelIsReservedForATime) {
    (void)assign({{"1", "one"}, {"2", "two"}});
    now_ += kDay;
    EXPECT_THAT(assign({{"2", "two"}, {"3", "three", "1"}}), ElementsAre("2", "3"));
    now_ += kDay;
    EXPECT_THAT(assign({{"1", "one"}, {"2", "two"}, {"3", "three"}}), ElementsAre("1", "2", "3"));
    now_ += kDay;
    (void)assign({{"2", "two"}});
    now_ += NumberBook::kReservation + kDay;
    (void)assign({{"2", "two"}});
    EXPECT_THAT(assign({{"2", "two"}, {"5", "five", "1"}}), ElementsAre("2", "1"));
    EXPECT_EQ(book_.entries.size(), 2U);
}

TEST_F(NumberBookTest, LongPauseForgetsNobody) {
    (void)assign({{"1", "one"}, {"2", "two"}});
    now_ += 10 * NumberBook::kReservation;
    EXPECT_THAT(assign({{"2", "two"}}), ElementsAre("2"));
    EXPECT_THAT(assign({{"1", "one"}, {"2", "two"}}), ElementsAre("1", "2"));
}

TEST_F(NumberBookTest, WantedNumbersComeBeforeOurs) {
    EXPECT_THAT(assign({{"1", "one"}, {"2", "two", "1"}, {"3", "three", "5.1"}}),
        ElementsAre("2", "1", "5.1"));
    EXPECT_THAT(assign({{"1", "one", "1"}, {"2", "two", "9"}, {"3", "three", "7"}}),
        ElementsAre("2", "1", "5.1"))
        << "a number once given stays, whatever the list says later";
}

TEST_F(NumberBookTest, AnotherOffsetMovesAllIntegers) {
    (void)assign({{"1", "one"}, {"2", "two", "5.1"}});
    EXPECT_THAT(assign({{"2", "two"}, {"1", "one"}}, 100), ElementsAre("5.1", "101"));
    EXPECT_THAT(assign({{"2", "two"}, {"1", "one"}}, 0), ElementsAre("5.1", "1"));
}

TEST(NameKey, IsTheSameForWhatReadsTheSame) {
    EXPECT_EQ(name_key("CNN.us", " CNN  HD "), name_key("cnn.US", "cnn hd"));
    EXPECT_NE(name_key("cnn.us", "CNN"), name_key("", "CNN"));
    EXPECT_NE(name_key("", "CNN HD"), name_key("", "CNN"));
}

} // namespace
} // namespace plex_tuner::lineup
