// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_book.hpp"
#include "documents.hpp"
#include "lineup_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <atomic>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SettableClock final : public Clock {
public:
    std::atomic<WallTime> now{WallTime(std::chrono::seconds(1'704'067'200))};

    [[nodiscard]] WallTime wall() const override { return now; }

    [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

ts::StreamFormat picture(std::uint32_t height, ts::Codec codec = ts::Codec::h264) {
    return {.video = ts::VideoFormat{.codec = codec, .width = height * 16 / 9, .height = height},
        .audio = {{.codec = ts::Codec::ac3, .channels = 6}, {.codec = ts::Codec::aac_adts}}};
}

class ChannelBookTest : public ::testing::Test {
protected:
    /// Begins anew, as a restart does: what was posted before has been written by then.
    void open() {
        book_.reset();
        auto opened = ChannelBook::open(directory_.path() / "channels.db", clock_, log::Logger{});
        if (!opened) {
            throw std::runtime_error(opened.error().message());
        }
        book_ = std::move(*opened);
    }

    void SetUp() override { open(); }

    [[nodiscard]] bool mark(const std::string& id, state::ChannelMark mark) {
        asio::io_context io;
        auto done = asio::co_spawn(io, book_->set_mark(id, mark), asio::use_future);
        io.run();
        return done.get();
    }

    testing::TemporaryDirectory directory_;
    std::shared_ptr<SettableClock> clock_ = std::make_shared<SettableClock>();
    std::shared_ptr<ChannelBook> book_;
};

TEST_F(ChannelBookTest, WhatWasLearnedAndMarkedSurvivesARestart) {
    EXPECT_EQ(book_->facts("one"), hdhr::ChannelFacts{});
    book_->stream_format("one", picture(1080));
    EXPECT_TRUE(mark("one", state::ChannelMark::favorite));
    EXPECT_TRUE(mark("two", state::ChannelMark::hidden));
    for (int start = 0; start < 2; ++start) {
        EXPECT_EQ(book_->facts("one"),
            (hdhr::ChannelFacts{
                .video_codec = "H264", .audio_codec = "AC3", .is_hd = true, .is_favorite = true}));
        EXPECT_TRUE(book_->facts("two").is_hidden);
        open();
    }
    EXPECT_TRUE(mark("one", state::ChannelMark::none));
    open();
    EXPECT_FALSE(book_->facts("one").is_favorite);
    EXPECT_EQ(book_->facts("one").video_codec, "H264");
}

/// While one is being written others are learned.
TEST_F(ChannelBookTest, ChannelsThatBeginTogetherAreAllKept) {
    constexpr int kChannels = 200;
    for (int i = 0; i < kChannels; ++i) {
        book_->stream_format(std::to_string(i), picture(576));
        book_->stream_format(std::to_string(i), picture(720)); // measured again
    }
    open();
    for (int i = 0; i < kChannels; ++i) {
        EXPECT_EQ(book_->facts(std::to_string(i)).is_hd, true) << i;
    }
}

TEST_F(ChannelBookTest, APictureThatCannotBeMeasuredLeavesWhatWasKnown) {
    book_->stream_format("one", picture(576));
    ts::StreamFormat scrambled = picture(0);
    book_->stream_format("one", scrambled);
    EXPECT_EQ(book_->facts("one").is_hd, false);
    scrambled.video->codec = ts::Codec::hevc;
    book_->stream_format("one", scrambled);
    EXPECT_EQ(book_->facts("one").is_hd, std::nullopt);
}

TEST_F(ChannelBookTest, DocumentsAreMadeAnewOnlyForWhatShowsInThem) {
    const auto lineup = lineup_of({"one", "two"});
    const std::string id(lineup->channels().front().channel_id);
    LineupDocuments documents(lineup, book_);
    const auto get = [&] {
        return documents.get(LineupDocument::json, "http://h");
    };
    const auto before = get();
    EXPECT_THAT(*before.body, Not(HasSubstr("VideoCodec")));
    book_->stream_format(id, picture(1080));
    const auto learned = get();
    EXPECT_THAT(*learned.body, HasSubstr(R"("VideoCodec":"H264","AudioCodec":"AC3")"));
    EXPECT_NE(learned.etag, before.etag);
    book_->stream_format(id, picture(1080)); // another viewer
    EXPECT_EQ(get().body, learned.body);
    ts::StreamFormat stereo = picture(1080);
    stereo.audio.front().channels = 2;
    book_->stream_format(id, stereo); // the lineup does not say
    EXPECT_EQ(get().body, learned.body);
    EXPECT_TRUE(mark(id, state::ChannelMark::hidden));
    EXPECT_THAT(*get().body, Not(HasSubstr("H264")));
    EXPECT_THAT(*documents.get(LineupDocument::json, "http://h", hdhr::Show::found).body,
        HasSubstr(R"("Enabled":0)"));
}

TEST_F(ChannelBookTest, ChannelsThatAreGoneForLongAreForgotten) {
    const auto lineup = lineup_of({"one"});
    const std::string id(lineup->channels().front().channel_id);
    EXPECT_TRUE(mark(id, state::ChannelMark::favorite));
    EXPECT_TRUE(mark("gone", state::ChannelMark::favorite));
    for (int day = 0; day < 40; ++day) {
        clock_->now = clock_->now.load() + std::chrono::days(1);
        book_->keep(*lineup);
    }
    open();
    EXPECT_TRUE(book_->facts("gone").is_favorite);
    for (int day = 0; day < 30; ++day) {
        clock_->now = clock_->now.load() + std::chrono::days(1);
        book_->keep(*lineup);
        book_->keep(lineup::Lineup()); // a refresh that failed says nothing
    }
    EXPECT_FALSE(book_->facts("gone").is_favorite);
    open();
    EXPECT_FALSE(book_->facts("gone").is_favorite);
    EXPECT_TRUE(book_->facts(id).is_favorite);
}

} // namespace
} // namespace plex_tuner::engine
