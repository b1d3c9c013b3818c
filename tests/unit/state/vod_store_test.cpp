// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/vod_store.hpp>

#include <fstream>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr WallTime kStart{std::chrono::seconds(1'704'067'200)};

class VodStoreTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "vod.db"; }

    [[nodiscard]] VodStore open() const {
        auto opened = VodStore::open(path());
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        return std::move(*opened);
    }

    [[nodiscard]] static std::vector<VodFact> all(VodStore& store) {
        std::vector<VodFact> facts;
        EXPECT_TRUE(store.for_each([&](const VodFact& fact) { facts.push_back(fact); }));
        return facts;
    }

    testing::TemporaryDirectory directory_;
    // Inode numbers have 62 bits.
    const VodFact film_{.file = 0x3fff'ffff'ffff'fff0, .size = 7'000'000'000, .learned_at = kStart};
    const VodFact episode_{.file = 77, .size = 1, .learned_at = kStart};
};

TEST_F(VodStoreTest, WhatIsPutSurvivesARestart) {
    {
        auto store = open();
        EXPECT_THAT(all(store), IsEmpty());
        ASSERT_TRUE(store.put(std::vector{film_, episode_}));
    }
    auto store = open();
    EXPECT_THAT(all(store), UnorderedElementsAre(film_, episode_));
}

TEST_F(VodStoreTest, RefusalsAreRememberedForAWeek) {
    constexpr VodRefusal kOld{.file = 5, .asked_at = kStart};
    constexpr VodRefusal kLater{.file = 6, .asked_at = kStart + std::chrono::days(3)};
    const auto refusals_at = [this](WallTime now) {
        std::vector<VodRefusal> all;
        auto store = VodStore::open(path(), now);
        EXPECT_TRUE(store->for_each_refusal([&](const VodRefusal& one) { all.push_back(one); }));
        return all;
    };
    ASSERT_TRUE(VodStore::open(path(), kStart)->put_refusals(std::vector{kOld, kLater}));
    EXPECT_THAT(refusals_at(kStart + std::chrono::days(6)), UnorderedElementsAre(kOld, kLater));
    EXPECT_THAT(refusals_at(kStart + std::chrono::days(7)), ElementsAre(kLater));
}

TEST_F(VodStoreTest, ALaterSizeReplacesTheEarlier) {
    auto store = open();
    ASSERT_TRUE(store.put(std::vector{episode_}));
    VodFact changed = episode_;
    changed.size = 2;
    ASSERT_TRUE(store.put(std::vector{changed}));
    EXPECT_THAT(all(store), ElementsAre(changed));
}

TEST_F(VodStoreTest, ADamagedFileIsSetAsideAndSaid) {
    std::ofstream(path()) << std::string(8192, 'x');
    auto store = open();
    EXPECT_THAT(store.take_warnings(), ElementsAre(HasSubstr("vod.db")));
    ASSERT_TRUE(store.put(std::vector{film_}));
    EXPECT_THAT(all(store), ElementsAre(film_));
}

} // namespace
} // namespace plex_tuner::state
