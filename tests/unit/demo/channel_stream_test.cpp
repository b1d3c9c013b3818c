// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_stream.hpp"
#include "channels.hpp"
#include "loop_player.hpp"
#include "provider_support.hpp"
#include "support/raw_client.hpp"

#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

using namespace std::chrono_literals;
using test::RawClient;

/// serve_channel behind a real server on loopback; the clock is the test's.
class ChannelStreamTest : public ::testing::Test {
protected:
    static constexpr std::size_t kMotion = 1;

    ~ChannelStreamTest() override {
        service_.stopping = true;
        clips_.stop();
        if (server_) {
            asio::co_spawn(runtime_.context(), server_->stop(5s), asio::use_future).get();
        }
        runtime_.stop();
        runtime_.join();
    }

    void serve() {
        net::HttpServerOptions options;
        options.listen = "127.0.0.1:0";
        auto server = net::HttpServer::bind(runtime_.context(), options,
            [this](net::Exchange& exchange) { return serve_channel(exchange, service_, kMotion); },
            {});
        ASSERT_TRUE(server.has_value()) << server.error().message();
        server_ = std::move(*server);
        server_->start();
        runtime_.start();
    }

    RawClient client() { return RawClient(server_->port()); }

    /// What a viewer who joins now must have got when the clock shows `passed` since it joined.
    std::string expected(std::chrono::nanoseconds passed) {
        auto made = LoopClip::create(synthetic_clip());
        const auto clip = std::make_shared<const LoopClip>(std::move(made).value());
        const Ticks now = service_.timeline.now(*clip);
        LoopPlayer player(clip, now - kHeadStart / 1ns * 27 / 1000);
        std::string out;
        player.take(now + passed / 1ns * 27 / 1000, 1U << 30U, out);
        return out;
    }

    std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
    std::shared_ptr<AwaitableSink> sink_ = std::make_shared<AwaitableSink>();
    net::IoRuntime runtime_{{}, 2};
    ClipStore clips_{{media::DemoPicture::radio, media::DemoPicture::motion},
        [](media::DemoPicture) -> Result<media::DemoClip> { return synthetic_clip(); }, {}};
    StreamService service_{
        .clips = clips_, .timeline = Timeline(clock_), .logger = log::Logger(sink_, "demo")};
    std::unique_ptr<net::HttpServer> server_;
};

TEST_F(ChannelStreamTest, SendsTheHeadStartAtOnceAndThenFollowsTheClock) {
    serve();
    const std::string stream = expected(2s);
    const std::string head_start = expected(0s);
    ASSERT_LT(head_start.size(), stream.size());
    RawClient viewer = client();
    ASSERT_TRUE(viewer.get("/"));
    const auto head = viewer.read_head();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("content-type"), "video/mp2t");
    EXPECT_EQ(viewer.read_exactly(head_start.size()), head_start);
    clock_->advance(2s);
    EXPECT_EQ(
        viewer.read_exactly(stream.size() - head_start.size()), stream.substr(head_start.size()));
}

TEST_F(ChannelStreamTest, ShowsAllViewersTheSame) {
    serve();
    const std::string stream = expected(0s);
    RawClient first = client();
    RawClient second = client();
    first.get("/");
    second.get("/");
    first.read_head();
    second.read_head();
    EXPECT_EQ(first.read_exactly(stream.size()), stream);
    EXPECT_EQ(second.read_exactly(stream.size()), stream);
}

TEST_F(ChannelStreamTest, EndsWhenTheViewerLeaves) {
    serve();
    {
        RawClient viewer = client();
        viewer.get("/");
        viewer.read_head();
        viewer.read_exactly(188);
        EXPECT_EQ(service_.open, 1);
    }
    EXPECT_NE(sink_->wait_for("stream ended reason=viewer left"), "");
}

TEST_F(ChannelStreamTest, DropsAViewerWhoFallsBehind) {
    serve();
    RawClient viewer = client();
    viewer.get("/");
    viewer.read_head();
    viewer.read_exactly(188);
    clock_->advance(60s);
    viewer.wait_for_end();
    EXPECT_NE(sink_->wait_for("stream ended reason=too slow"), "");
}

TEST_F(ChannelStreamTest, EndsWhenTheServiceStops) {
    serve();
    RawClient viewer = client();
    viewer.get("/");
    viewer.read_head();
    viewer.read_exactly(188);
    service_.stopping = true;
    viewer.wait_for_end();
    EXPECT_NE(sink_->wait_for("stream ended reason=stopping"), "");
}

TEST_F(ChannelStreamTest, AnswersHeadWithoutABody) {
    serve();
    RawClient viewer = client();
    viewer.request("HEAD", "/", "Connection: close\r\n");
    const auto head = viewer.read_head();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("content-type"), "video/mp2t");
    EXPECT_EQ(viewer.read_to_end(), "");
}

TEST(BrokenChannel, AnswersServiceUnavailableWithTheReason) {
    net::IoRuntime runtime({}, 1);
    ClipStore clips({media::DemoPicture::radio},
        [](media::DemoPicture) -> Result<media::DemoClip> {
            return fail(ErrorCode::unsupported, "this build has no encoders");
        },
        {});
    StreamService service{
        .clips = clips, .timeline = Timeline(std::make_shared<ManualClock>()), .logger = {}};
    net::HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    auto server = net::HttpServer::bind(runtime.context(), options,
        [&](net::Exchange& exchange) { return serve_channel(exchange, service, 0); }, {});
    ASSERT_TRUE(server.has_value());
    (*server)->start();
    runtime.start();
    RawClient viewer((*server)->port());
    viewer.get("/");
    const auto response = viewer.read_response();
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.body, "this build has no encoders\n");
    asio::co_spawn(runtime.context(), (*server)->stop(0s), asio::use_future).get();
    runtime.stop();
    runtime.join();
}

} // namespace
} // namespace plex_tuner::demo
