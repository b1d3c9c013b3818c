// SPDX-License-Identifier: GPL-3.0-or-later
#include "provider_support.hpp"
#include "support/raw_client.hpp"

#include <plex_tuner/base/url.hpp>
#include <plex_tuner/demo/demo_provider.hpp>
#include <plex_tuner/net/io_runtime.hpp>
#include <plex_tuner/ts/inspector.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

using test::RawClient;

class DemoProviderTest : public ::testing::Test {
protected:
    DemoProviderTest() {
        auto provider = DemoProvider::start(
            runtime_.context(), std::make_shared<SystemClock>(), log::Logger(sink_, "demo"));
        EXPECT_TRUE(provider.has_value()) << provider.error().message();
        provider_ = std::move(provider).value();
        runtime_.start();
    }

    ~DemoProviderTest() override {
        stop();
        runtime_.stop();
        runtime_.join();
    }

    void stop() {
        if (!stopped_) {
            stopped_ = true;
            asio::co_spawn(runtime_.context(), provider_->stop(), asio::use_future).get();
        }
    }

    /// Until then a viewer would wait for the encoder, which is slow under sanitizers.
    void await_clips() {
        for (const char* clip :
            {"clip encoded picture=0", "clip encoded picture=1", "clip encoded picture=2"}) {
            ASSERT_NE(sink_->wait_for(clip), "");
        }
    }

    static Url url(const std::string& text) { return Url::parse(text).value(); }

    RawClient client() { return RawClient(url(provider_->playlist_url()).port()); }

    test::RawResponse fetch(std::string_view target, std::string_view method = "GET") {
        RawClient connection = client();
        connection.request(method, target);
        return connection.read_response(method == "HEAD");
    }

    std::shared_ptr<AwaitableSink> sink_ = std::make_shared<AwaitableSink>();
    net::IoRuntime runtime_{{}, 2};
    std::unique_ptr<DemoProvider> provider_;

private:
    bool stopped_ = false;
};

TEST_F(DemoProviderTest, ServesAPlaylistThatPointsAtItself) {
    const Url playlist = url(provider_->playlist_url());
    EXPECT_EQ(playlist.host(), "127.0.0.1");
    const auto response = fetch(playlist.path());
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("content-type"), "audio/x-mpegurl; charset=utf-8");
    EXPECT_NE(response.body.find("url-tvg=\"" + provider_->guide_url() + "\""), std::string::npos);
    for (const char* channel : {"/channel/1.ts", "/channel/2.ts", "/channel/3.ts"}) {
        EXPECT_NE(response.body.find(playlist.origin() + channel), std::string::npos);
    }
}

TEST_F(DemoProviderTest, ServesAGuideOfNow) {
    const auto response = fetch(url(provider_->guide_url()).path());
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("content-type"), "application/xml; charset=utf-8");
    EXPECT_NE(response.body.find("<programme start="), std::string::npos);
    EXPECT_TRUE(response.body.ends_with("</tv>\n"));
}

TEST_F(DemoProviderTest, KnowsNoOtherPaths) {
    EXPECT_EQ(fetch("/channel/4.ts").status, 404);
    EXPECT_EQ(fetch("/").status, 404);
    EXPECT_EQ(fetch("/playlist.m3u", "DELETE").status, 405);
    EXPECT_EQ(fetch("/guide.xml", "HEAD").status, 200);
}

TEST_F(DemoProviderTest, StreamsEachChannel) {
    await_clips();
    for (const char* target : {"/channel/1.ts", "/channel/2.ts", "/channel/3.ts"}) {
        RawClient viewer = client();
        viewer.get(target);
        const auto head = viewer.read_head();
        ASSERT_EQ(head.status, 200) << target;
        EXPECT_EQ(head.field("content-type"), "video/mp2t");
        constexpr std::size_t kPackets = 200; // part of the head start
        const std::string bytes = viewer.read_exactly(kPackets * ts::kPacketSize);
        ts::Inspector inspector;
        inspector.feed(ts::bytes_of(bytes));
        EXPECT_EQ(inspector.totals().invalid_packets, 0U);
        EXPECT_EQ(inspector.totals().continuity_errors, 0U);
        EXPECT_EQ(inspector.pids().front(), ts::kPatPid);
    }
}

TEST_F(DemoProviderTest, FreesAViewerWhoLeaves) {
    await_clips();
    {
        RawClient viewer = client();
        viewer.get("/channel/3.ts");
        viewer.read_head();
        viewer.read_exactly(ts::kPacketSize);
    }
    EXPECT_NE(sink_->wait_for("stream ended reason=viewer left"), "");
}

TEST_F(DemoProviderTest, StopsWhileAViewerWatches) {
    await_clips();
    RawClient viewer = client();
    viewer.get("/channel/3.ts");
    viewer.read_head();
    viewer.read_exactly(ts::kPacketSize);
    stop();
    viewer.wait_for_end();
    EXPECT_THROW(client(), std::runtime_error) << "nobody listens any more";
}

} // namespace
} // namespace plex_tuner::demo
