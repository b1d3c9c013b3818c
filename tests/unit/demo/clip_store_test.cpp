// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_store.hpp"
#include "support/ts_builder.hpp"

#include <condition_variable>
#include <future>
#include <mutex>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

using media::DemoPicture;

media::DemoClip tiny_clip() {
    testing::TsBuilder builder;
    builder.tables().video(testing::ByteVector(100, 1), 90'000, true);
    return {.transport_stream = std::string(builder.bytes().begin(), builder.bytes().end()),
        .duration = std::chrono::milliseconds(40)};
}

/// A maker that blocks until the test lets it go on, and records the order of its work.
class GatedMaker {
public:
    Result<media::DemoClip> operator()(DemoPicture picture) {
        std::unique_lock lock(mutex_);
        asked_.push_back(picture);
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_ > 0; });
        --open_;
        return tiny_clip();
    }

    void let(int clips) {
        const std::scoped_lock lock(mutex_);
        open_ += clips;
        changed_.notify_all();
    }

    void wait_until_asked(std::size_t times) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return asked_.size() >= times; });
    }

    std::vector<DemoPicture> asked() {
        const std::scoped_lock lock(mutex_);
        return asked_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int open_ = 0;
    std::vector<DemoPicture> asked_;
};

std::vector<DemoPicture> three() {
    return {DemoPicture::colour_bars, DemoPicture::motion, DemoPicture::radio};
}

class ClipStoreTest : public ::testing::Test {
protected:
    /// Runs the io_context until nothing more can happen without the maker.
    std::future<ClipResult> ask(ClipStore& store, std::size_t index) {
        auto future = asio::co_spawn(io_, store.get(index), asio::use_future);
        io_.restart();
        io_.poll();
        return future;
    }

    ClipResult await(std::future<ClipResult>& future) {
        io_.restart();
        io_.run();
        return future.get();
    }

    asio::io_context io_{1};
    std::shared_ptr<GatedMaker> maker_ = std::make_shared<GatedMaker>();
    ClipStore::Maker make_ = [maker = maker_](DemoPicture picture) {
        return (*maker)(picture);
    };
};

TEST_F(ClipStoreTest, MakesEachClipOnceAheadOfTime) {
    maker_->let(3);
    ClipStore store(three(), make_, {});
    maker_->wait_until_asked(3);
    for (const std::size_t index : {2U, 0U, 1U, 2U}) {
        auto future = ask(store, index);
        EXPECT_TRUE(await(future).has_value());
    }
    EXPECT_EQ(maker_->asked(), three());
}

TEST_F(ClipStoreTest, LetsSeveralWaitForOneClip) {
    ClipStore store(three(), make_, {});
    auto first = ask(store, 0);
    auto second = ask(store, 0);
    maker_->let(3);
    const ClipResult a = await(first);
    const ClipResult b = await(second);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(*a, *b);
}

TEST_F(ClipStoreTest, MakesWhatIsWaitedForFirst) {
    ClipStore store(three(), make_, {});
    maker_->wait_until_asked(1);
    auto radio = ask(store, 2);
    maker_->let(2);
    EXPECT_TRUE(await(radio).has_value());
    EXPECT_EQ(maker_->asked().at(1), DemoPicture::radio);
    maker_->let(1);
}

TEST_F(ClipStoreTest, PassesAFailureToEveryoneWhoAsks) {
    const auto failing = [](DemoPicture) -> Result<media::DemoClip> {
        return fail(ErrorCode::unsupported, "no encoder here");
    };
    ClipStore store(three(), failing, {});
    for (int i = 0; i < 2; ++i) {
        auto future = ask(store, 1);
        const ClipResult result = await(future);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().message(), "no encoder here");
    }
}

TEST_F(ClipStoreTest, RefusesAClipThatCannotBeLooped) {
    const auto broken = [](DemoPicture) -> Result<media::DemoClip> {
        return media::DemoClip{};
    };
    ClipStore store(three(), broken, {});
    auto future = ask(store, 0);
    const ClipResult result = await(future);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::parse);
}

TEST_F(ClipStoreTest, WakesThoseWhoWaitWhenItStops) {
    ClipStore store(three(), make_, {});
    maker_->wait_until_asked(1);
    auto waiting = ask(store, 2);
    store.stop();
    const ClipResult result = await(waiting);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
    auto late = ask(store, 1);
    EXPECT_FALSE(await(late));
    maker_->let(1);
}

} // namespace
} // namespace plex_tuner::demo
