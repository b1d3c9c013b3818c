// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_size_limit.hpp"
#include "processes.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/detail_store.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr WallTime kStart{std::chrono::seconds(1'704'067'200)};
constexpr std::string_view kAccount = "panel.example/1a2b";

[[nodiscard]] Details details(const std::string& id, std::string body = "{}") {
    return {.id = id, .last_modified = "m" + id, .fetched_at = kStart, .body = std::move(body)};
}

class DetailStoreTest : public ::testing::Test {
protected:
    DetailStoreTest() : store_(open()) {}

    [[nodiscard]] DetailStore open() const {
        auto opened = DetailStore::open(directory_.path());
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        return std::move(*opened);
    }

    void put(const std::vector<Details>& batch, std::string_view account = kAccount) {
        const auto done = store_.put(account, batch);
        ASSERT_TRUE(done) << done.error().message();
    }

    [[nodiscard]] std::vector<std::string> ids(std::string_view account = kAccount) {
        std::vector<std::string> out;
        const auto stamps = store_.stamps(account);
        EXPECT_TRUE(stamps);
        for (const DetailStamp& stamp : stamps.value_or(std::vector<DetailStamp>())) {
            out.push_back(stamp.id);
        }
        return out;
    }

    testing::TemporaryDirectory directory_;
    DetailStore store_;
};

TEST_F(DetailStoreTest, AReaderSeesOneAccountAsItWas) {
    put({details("1", "one"), details("2", std::string("t\0wo", 4))});
    put({details("1", "of another")}, "panel.example/other");
    DetailStore writer = open();
    {
        auto reader = store_.reader(kAccount);
        ASSERT_TRUE(reader) << reader.error().message();
        EXPECT_EQ(reader->body("1").value(), "one");
        ASSERT_TRUE(writer.put(kAccount, std::vector{details("1", "newer"), details("3")}));
        EXPECT_EQ(reader->body("1").value(), "one");
        EXPECT_EQ(reader->body("2").value(), std::string_view("t\0wo", 4));
        EXPECT_EQ(reader->body("3").value(), std::nullopt);
    }
    EXPECT_EQ(store_.reader(kAccount)->body("1").value(), "newer");
    put({details("4")}); // the store may be written to again
    EXPECT_THAT(ids(), ElementsAre("1", "2", "3", "4"));
}

TEST_F(DetailStoreTest, AReaderOfAnUnknownAccountHasNothing) {
    auto reader = store_.reader("nobody");
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->body("1").value(), std::nullopt);
}

TEST_F(DetailStoreTest, GivesBackWhatWasPutAfterARestartToo) {
    const std::string bytes("\0\xff{\"a\":1}", 9);
    put({details("7", bytes), details("8", "")});
    store_ = open();
    EXPECT_EQ(*store_.get(kAccount, "7"), details("7", bytes));
    EXPECT_EQ(*store_.get(kAccount, "8"), details("8", ""));
    EXPECT_EQ(*store_.get(kAccount, "9"), std::nullopt);
}

TEST_F(DetailStoreTest, PuttingAgainReplaces) {
    put({details("7", "old"), details("8")});
    Details changed = details("7", "new");
    changed.last_modified = "later";
    changed.fetched_at = kStart + std::chrono::hours(1);
    put({changed});
    EXPECT_EQ(*store_.get(kAccount, "7"), changed);
    EXPECT_THAT(ids(), ElementsAre("7", "8"));
}

TEST_F(DetailStoreTest, AccountsAreApart) {
    put({details("1", "mine")});
    put({details("1", "theirs"), details("2")}, "other");
    EXPECT_EQ((*store_.get(kAccount, "1"))->body, "mine");
    EXPECT_THAT(ids(), ElementsAre("1"));
    EXPECT_THAT(ids("unknown"), IsEmpty());
    EXPECT_EQ(*store_.erase_missing(kAccount, {}), 1U);
    EXPECT_THAT(ids("other"), ElementsAre("1", "2"));
}

TEST_F(DetailStoreTest, StampsTellWhatNeedNotBeFetchedAgain) {
    put({details("9"), details("3")});
    EXPECT_THAT(*store_.stamps(kAccount),
        ElementsAre(DetailStamp{.id = "3", .last_modified = "m3", .fetched_at = kStart},
            DetailStamp{.id = "9", .last_modified = "m9", .fetched_at = kStart}));
}

TEST_F(DetailStoreTest, EveryChangeShows) {
    const auto stamp = [&] {
        return store_.change_stamp(kAccount).value_or("failed");
    };
    const std::string none = stamp();
    put({details("1")});
    const std::string first = stamp();
    EXPECT_NE(first, none);
    EXPECT_EQ(stamp(), first);
    put({details("2")}, "other");
    EXPECT_EQ(stamp(), first);
    put({details("1", "new")});
    const std::string second = stamp();
    EXPECT_NE(second, first);
    const std::vector<std::string> kept = {"1"};
    EXPECT_EQ(*store_.erase_missing(kAccount, kept), 0U);
    EXPECT_EQ(stamp(), second);
    EXPECT_EQ(*store_.erase_missing(kAccount, {}), 1U);
    EXPECT_NE(stamp(), second);
}

TEST_F(DetailStoreTest, ErasesWhatTheProviderNoLongerLists) {
    put({details("1"), details("2"), details("3"), details("4")});
    const std::vector<std::string> kept = {"4", "2", "99"};
    EXPECT_EQ(*store_.erase_missing(kAccount, kept), 2U);
    EXPECT_THAT(ids(), ElementsAre("2", "4"));
}

TEST_F(DetailStoreTest, ErasesWhatIsOld) {
    Details old = details("1");
    old.fetched_at = WallTime(std::chrono::seconds(100));
    Details young = details("2");
    young.fetched_at = WallTime(std::chrono::seconds(200));
    ASSERT_TRUE(store_.put(kAccount, std::vector{old, young}));
    EXPECT_EQ(*store_.erase_before(kAccount, WallTime(std::chrono::seconds(200))), 1U);
    EXPECT_EQ(*store_.erase_before(kAccount, WallTime(std::chrono::seconds(200))), 0U);
    EXPECT_FALSE(store_.get(kAccount, "1")->has_value());
    EXPECT_EQ(store_.get(kAccount, "2")->value().fetched_at, young.fetched_at);
}

TEST_F(DetailStoreTest, OnePassPerAccountOverAllProcesses) {
    {
        const auto pass = store_.try_begin_pass(kAccount);
        ASSERT_TRUE(pass && *pass);
        EXPECT_EQ(*open().try_begin_pass(kAccount), std::nullopt);
        EXPECT_TRUE(*store_.try_begin_pass("other"));
    }
    const std::vector<std::string> command = {
        "pass", directory_.path().string(), std::string(kAccount)};
    const auto holder = testing::start_helper_until("began", command);
    EXPECT_EQ(*store_.try_begin_pass(kAccount), std::nullopt);
    testing::kill_hard(*holder);
    EXPECT_TRUE(*store_.try_begin_pass(kAccount));
}

TEST_F(DetailStoreTest, AKilledWriterLeavesWholeBatchesAndAUsableStore) {
    const auto writer = testing::start_helper_until(
        "filling", {"fill", directory_.path().string(), std::string(kAccount)});
    testing::kill_hard(*writer);
    const auto stored = ids();
    EXPECT_GE(stored.size(), 22U);
    EXPECT_EQ(stored.size() % 2, 0U);
    EXPECT_THAT(stored, ::testing::Contains(std::to_string(stored.size())));
    put({details("0")});
    EXPECT_THAT(store_.take_warnings(), IsEmpty());
}

TEST_F(DetailStoreTest, AFullDiskLosesTheBatchButNothingElse) {
    put({details("1", "kept")});
    {
        const testing::FileSizeLimit limit(std::size_t{256} * 1024);
        const std::vector<Details> batch = {
            details("1", "lost"), details("2", std::string(1'000'000, 'x'))};
        const auto refused = store_.put(kAccount, batch);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::disk_full) << refused.error().message();
        EXPECT_EQ((*store_.get(kAccount, "1"))->body, "kept");
    }
    put({details("2", std::string(1'000'000, 'x'))});
    EXPECT_THAT(ids(), ElementsAre("1", "2"));
}

} // namespace
} // namespace plex_tuner::state
