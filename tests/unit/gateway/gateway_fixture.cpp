// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway_fixture.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::testing {

ByteVector Station::group(int pictures, std::size_t filler) {
    builder_.clear();
    builder_.tables();
    for (int i = 0; i < pictures; ++i) {
        ByteVector frame = i == 0 ? h264::key_frame() : h264::p_frame();
        frame.insert(frame.end(), filler, 0x77);
        builder_.video(frame, pts_).audio(pts_);
        pts_ += 3'600;
    }
    return builder_.bytes();
}

TestViewer::TestViewer(asio::io_context& io, gateway::Gateway& gateway,
    gateway::StreamRequest request, net::Method method, bool reading)
    : exchange_(io, method) {
    if (!reading) {
        exchange_.stop_reading();
    }
    done_ = asio::co_spawn(
        exchange_.executor(), gateway.serve(exchange_, std::move(request)), asio::use_future);
}

TestViewer::~TestViewer() {
    exchange_.disconnect();
    EXPECT_TRUE(wait_done());
    // Handlers of the exchange that are still queued run before this one.
    asio::post(exchange_.executor(), asio::use_future).wait();
}

bool TestViewer::wait_done(std::chrono::seconds limit) {
    return done_.wait_for(limit) == std::future_status::ready;
}

std::string TestViewer::refusal() {
    EXPECT_TRUE(wait_done());
    EXPECT_EQ(exchange_.status(), 503);
    return exchange_.header("X-HDHomeRun-Error");
}

gateway::Gateway& GatewayTest::gateway() {
    if (!gateway_) {
        catalog::CatalogBuilder builder;
        for (const Row& row : rows_) {
            std::vector<catalog::StreamSource> sources;
            for (const std::string& url : row.urls) {
                sources.push_back({url, {}});
            }
            catalog::LiveChannel channel;
            channel.channel_id = row.number;
            channel.guide_number = row.number;
            channel.guide_name = row.number;
            channel.sources = sources;
            builder.add(channel);
        }
        lineup::NumberBook book;
        lineup_ = lineup::Lineup::build(std::make_shared<const catalog::Catalog>(builder.build()),
            lineup::Options{}, book, WallTime());
        if (options.recovery_timeout == gateway::Options().recovery_timeout) {
            options.recovery_timeout = options.start_timeout; // no test waits for a minute
        }
        gateway_ = gateway::Gateway::create(io_, origin, options, log::Logger{});
        for (int i = 0; i < 3; ++i) {
            threads_.emplace_back([this] { io_.run(); });
        }
    }
    return *gateway_;
}

GatewayTest::~GatewayTest() {
    if (gateway_) {
        stop();
    }
    work_.reset();
    for (auto& thread : threads_) {
        thread.join();
    }
    EXPECT_EQ(origin.running(), 0) << "an upstream was left open";
}

void GatewayTest::stop() {
    if (std::exchange(stopped_, true)) {
        return;
    }
    auto done = asio::co_spawn(io_, gateway().stop(), asio::use_future);
    EXPECT_EQ(done.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    EXPECT_EQ(gateway().counters().channels_open, 0U);
    EXPECT_EQ(gateway().counters().transcodes_open, 0U);
    EXPECT_EQ(gateway().counters().viewers_open, 0U);
    EXPECT_EQ(gateway().counters().upstream_open, 0U);
}

void GatewayTest::add_channel(const std::string& number, const std::vector<std::string>& urls) {
    rows_.push_back({number, urls});
}

std::unique_ptr<TestViewer> GatewayTest::make_viewer(const std::string& number, net::Method method,
    std::optional<int> forced, std::optional<std::chrono::seconds> duration, bool reading) {
    auto& served = gateway();
    gateway::StreamRequest request;
    request.lineup = lineup_;
    request.channel = lineup_->find_number(number);
    request.forced_tuner = forced;
    request.duration = duration;
    request.transcode = wish;
    EXPECT_NE(request.channel, nullptr);
    return std::make_unique<TestViewer>(io_, served, std::move(request), method, reading);
}

std::unique_ptr<TestViewer> GatewayTest::watch(const std::string& number, net::Method method,
    std::optional<int> forced, std::optional<std::chrono::seconds> duration) {
    return make_viewer(number, method, forced, duration, true);
}

std::unique_ptr<TestViewer> GatewayTest::watch_blocked(const std::string& number) {
    return make_viewer(number, net::Method::get, std::nullopt, std::nullopt, false);
}

void expect_clean(const std::vector<std::uint8_t>& bytes) {
    ASSERT_GE(bytes.size(), 3 * ts::kPacketSize);
    ASSERT_EQ(bytes.size() % ts::kPacketSize, 0U);
    const ts::PacketView first(bytes.data());
    const ts::PacketView second(bytes.data() + ts::kPacketSize);
    const ts::PacketView third(bytes.data() + 2 * ts::kPacketSize);
    EXPECT_EQ(first.pid(), ts::kPatPid);
    EXPECT_EQ(second.pid(), kPmtPid);
    EXPECT_EQ(third.pid(), kVideoPid);
    EXPECT_TRUE(third.unit_start());
    const ByteVector key = h264::key_frame();
    const auto payload = third.payload();
    const auto pes = ts::parse_pes_header(payload);
    ASSERT_TRUE(pes);
    EXPECT_TRUE(std::ranges::equal(payload.subspan(pes->payload_offset).first(key.size()), key))
        << "the first picture is no key frame";
    ts::Inspector inspector;
    inspector.feed(bytes);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(inspector.totals().invalid_packets, 0U);
}

std::uint64_t announced_discontinuities(const std::vector<std::uint8_t>& bytes) {
    ts::Inspector inspector;
    inspector.feed(bytes);
    return inspector.totals().discontinuities;
}

std::vector<std::int64_t> video_times(const std::vector<std::uint8_t>& bytes) {
    std::vector<std::int64_t> times;
    for (std::size_t i = 0; i + ts::kPacketSize <= bytes.size(); i += ts::kPacketSize) {
        const ts::PacketView packet(bytes.data() + i);
        if (packet.pid() == kVideoPid && packet.unit_start()) {
            if (const auto pes = ts::parse_pes_header(packet.payload()); pes && pes->pts) {
                times.push_back(*pes->pts);
            }
        }
    }
    return times;
}

void expect_seamless(const std::vector<std::uint8_t>& bytes) {
    expect_clean(bytes);
    EXPECT_EQ(announced_discontinuities(bytes), 0U);
    const auto times = video_times(bytes);
    ASSERT_GE(times.size(), 2U);
    for (std::size_t i = 1; i < times.size(); ++i) {
        EXPECT_EQ(times[i] - times[i - 1], times[1] - times[0]) << "at picture " << i;
    }
}

} // namespace plex_tuner::testing
