// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/state/channel_store.hpp>

#include <array>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr WallTime kStart{std::chrono::seconds(1'704'067'200)};

class ChannelStoreTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "channels.db"; }

    [[nodiscard]] ChannelStore open() const {
        auto opened = ChannelStore::open(path());
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        return std::move(*opened);
    }

    testing::TemporaryDirectory directory_;
    const ChannelRecord film_{.id = "film",
        .mark = ChannelMark::favorite,
        .format = {.video = ts::VideoFormat{.codec = ts::Codec::h264,
                       .width = 1920,
                       .height = 1080,
                       .rate = {.numerator = 30'000, .denominator = 1'001},
                       .scan = ts::ScanType::interlaced},
            .audio = {{.codec = ts::Codec::ac3,
                .channels = 6,
                .sample_rate = 48'000,
                .language = "deu"}}},
        .last_seen = kStart};
    const ChannelRecord radio_{.id = "radio",
        .mark = ChannelMark::hidden,
        .format = {.video = {}, .audio = {{.codec = ts::Codec::aac_adts}}},
        .last_seen = kStart};
    const ChannelRecord unseen_{.id = "unseen", .mark = ChannelMark::favorite, .last_seen = kStart};
};

TEST_F(ChannelStoreTest, WhatIsPutSurvivesARestart) {
    {
        auto store = open();
        EXPECT_THAT(*store.load(), IsEmpty());
        ASSERT_TRUE(store.put(std::array{unseen_, film_}));
        ASSERT_TRUE(store.put(std::array{radio_}));
    }
    auto store = open();
    EXPECT_THAT(*store.load(), ElementsAre(film_, radio_, unseen_));
}

TEST_F(ChannelStoreTest, PutReplaces) {
    auto store = open();
    ASSERT_TRUE(store.put(std::array{film_}));
    ChannelRecord changed = radio_;
    changed.id = film_.id;
    ASSERT_TRUE(store.put(std::array{changed}));
    EXPECT_THAT(*store.load(), ElementsAre(changed));
}

TEST_F(ChannelStoreTest, ThoseNotSeenForLongAreForgotten) {
    auto store = open();
    ASSERT_TRUE(store.put(std::array{film_, radio_}));
    const WallTime later = kStart + std::chrono::days(50);
    ASSERT_TRUE(store.mark_seen(std::vector<std::string>{"film", "nobody"}, later, kStart));
    ChannelRecord seen = film_;
    seen.last_seen = later;
    EXPECT_THAT(*store.load(), ElementsAre(seen, radio_));
    ASSERT_TRUE(store.mark_seen({}, later, kStart + std::chrono::seconds(1)));
    EXPECT_THAT(*store.load(), ElementsAre(seen));
}

TEST_F(ChannelStoreTest, ADamagedFileIsBegunAnewAndSaysSo) {
    std::ofstream(path()) << "SQLite format 3 and then something else, of any length" +
                                 std::string(5000, 'x');
    auto store = open();
    EXPECT_THAT(store.take_warnings(), ElementsAre(HasSubstr("channels.db.corrupt-")));
    ASSERT_TRUE(store.put(std::array{film_}));
    EXPECT_THAT(*store.load(), ElementsAre(film_));
}

} // namespace
} // namespace plex_tuner::state
