// SPDX-License-Identifier: GPL-3.0-or-later
// A gateway between a scripted origin and viewers without sockets, on real threads.
#pragma once

#include "fake_exchange.hpp"
#include "fake_origin.hpp"
#include "support/ts_builder.hpp"

#include <plex_tuner/gateway/gateway.hpp>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::testing {

/// An endless programme, group by group.
class Station {
public:
    /// Tables, a key frame, `pictures` - 1 others and audio; `filler` bytes in each picture.
    [[nodiscard]] ByteVector group(int pictures = 5, std::size_t filler = 700);

    /// The continuity counters of another encoder.
    void restart() { builder_ = TsBuilder(); }

private:
    TsBuilder builder_;
    std::int64_t pts_ = 90'000;
};

/// One request and what it got.
class TestViewer {
public:
    TestViewer(asio::io_context& io, gateway::Gateway& gateway, gateway::StreamRequest request,
        net::Method method, bool reading);
    ~TestViewer(); ///< hangs up

    FakeExchange& exchange() { return exchange_; }

    FakeExchange* operator->() { return &exchange_; }

    /// serve() has returned.
    [[nodiscard]] bool wait_done(std::chrono::seconds limit = std::chrono::seconds(20));
    /// The answer was a refusal with this X-HDHomeRun-Error.
    [[nodiscard]] std::string refusal();

private:
    FakeExchange exchange_;
    std::future<void> done_;
};

class GatewayTest : public ::testing::Test {
protected:
    ~GatewayTest() override;

    /// Makes the gateway on first use; change `options` before.
    gateway::Gateway& gateway();
    void add_channel(const std::string& number, const std::vector<std::string>& urls);
    std::unique_ptr<TestViewer> watch(const std::string& number,
        net::Method method = net::Method::get, std::optional<int> forced = std::nullopt,
        std::optional<std::chrono::seconds> duration = std::nullopt);
    /// A viewer that takes no byte until told.
    std::unique_ptr<TestViewer> watch_blocked(const std::string& number);
    void stop();

    /// Waits until `condition` holds.
    template <class Condition>
    void eventually(Condition condition, const char* what) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition() && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        EXPECT_TRUE(condition()) << what;
    }

    asio::io_context& io() { return io_; }

    gateway::Options options;
    gateway::TranscodeWish wish; ///< of viewers that come from now on
    FakeOrigin origin;

private:
    std::unique_ptr<TestViewer> make_viewer(const std::string& number, net::Method method,
        std::optional<int> forced, std::optional<std::chrono::seconds> duration, bool reading);

    struct Row {
        std::string number;
        std::vector<std::string> urls;
    };

    std::vector<Row> rows_;
    std::shared_ptr<const lineup::Lineup> lineup_;
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
    std::vector<std::thread> threads_;
    std::unique_ptr<gateway::Gateway> gateway_;
    bool stopped_ = false;
};

/// What every viewer must get: aligned packets, PAT and PMT first, then a random access point, and
/// no continuity error.
void expect_clean(const std::vector<std::uint8_t>& bytes);
/// Discontinuities announced in the stream.
[[nodiscard]] std::uint64_t announced_discontinuities(const std::vector<std::uint8_t>& bytes);
/// Whoever decodes it sees no seam: one picture follows the other at one pace.
void expect_seamless(const std::vector<std::uint8_t>& bytes);
/// Presentation times of the video, 90 kHz.
[[nodiscard]] std::vector<std::int64_t> video_times(const std::vector<std::uint8_t>& bytes);

} // namespace plex_tuner::testing
