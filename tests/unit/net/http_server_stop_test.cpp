// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::net {
namespace {

using namespace std::chrono_literals;
using End = test::RawClient::End;

class HttpServerStopTest : public test::ServerTest {
protected:
    static asio::awaitable<void> stream_until_lost(Exchange& exchange, test::Signal& started) {
        asio::steady_timer never(exchange.executor(), asio::steady_timer::time_point::max());
        exchange.on_disconnect([&never] { never.cancel(); });
        co_await exchange.start_stream(200, {});
        started.set();
        co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    /// An answer that waits for the test.
    asio::awaitable<void> answer_when_released(Exchange& exchange) {
        started.set();
        while (released.count() == 0) {
            asio::steady_timer pause(exchange.executor(), 1ms);
            co_await pause.async_wait(asio::use_awaitable);
        }
        co_await exchange.send(Response::text(200, "late"));
    }

    test::Signal started;
    test::Signal released;
};

TEST_F(HttpServerStopTest, IdleConnectionsAreClosedAtOnce) {
    serve_text("x");
    auto fresh = client();
    auto used = client();
    used.get("/");
    EXPECT_EQ(used.read_response().status, 200);
    auto partial = client();
    partial.send("GET / HT");
    ASSERT_TRUE(reaches(server->counters().connections_open, 3));
    stop(1h);
    EXPECT_EQ(used.read_to_end(), "");
    EXPECT_EQ(server->counters().connections_open.load(), 0);
    fresh.wait_for_end();
    partial.wait_for_end();
}

TEST_F(HttpServerStopTest, NothingIsAcceptedAfterwards) {
    serve_text("x");
    const std::uint16_t port = server->port();
    stop(1h);
    EXPECT_THROW(test::RawClient{port}, std::runtime_error);
}

TEST_F(HttpServerStopTest, AnOpenAnswerIsAwaitedAndSaysClose) {
    serve([this](Exchange& exchange) { return answer_when_released(exchange); });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    auto stopped = asio::co_spawn(runtime.context(), server->stop(1h), asio::use_future);
    // The listener is closed first: once nobody answers there, the stop has begun.
    const std::uint16_t port = server->port();
    bool accepting = true;
    while (accepting) {
        try {
            test::RawClient probe(port);
        } catch (const std::runtime_error&) {
            accepting = false;
        }
    }
    EXPECT_EQ(stopped.wait_for(0s), std::future_status::timeout);
    released.set();
    EXPECT_EQ(peer.read_response().body, "late");
    EXPECT_EQ(peer.wait_for_end(), End::fin);
    stopped.get();
}

TEST_F(HttpServerStopTest, StreamsAreResetAfterTheGrace) {
    serve([this](Exchange& exchange) { return stream_until_lost(exchange, started); });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    stop(50ms);
    EXPECT_EQ(peer.wait_for_end(), End::rst);
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

TEST_F(HttpServerStopTest, AHandlerThatIgnoresTheLossIsCancelled) {
    test::Signal cancelled;
    serve([&](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        started.set();
        asio::steady_timer never(exchange.executor(), asio::steady_timer::time_point::max());
        try {
            co_await never.async_wait(asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            cancelled.set();
            throw;
        }
    });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    stop(0s);
    EXPECT_TRUE(cancelled.wait());
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

TEST_F(HttpServerStopTest, WorksBeforeAnythingHappened) {
    serve_text("x");
    stop(1h);
    EXPECT_EQ(server->counters().connections_accepted.load(), 0U);
}

TEST_F(HttpServerStopTest, AServerMayBeDroppedWithoutStop) {
    serve([this](Exchange& exchange) { return stream_until_lost(exchange, started); });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    server.reset();
    EXPECT_EQ(peer.wait_for_end(), End::rst);
}

TEST_F(HttpServerStopTest, ARuntimeMayEndWithOpenConnections) {
    serve([this](Exchange& exchange) { return stream_until_lost(exchange, started); });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    runtime.stop();
    runtime.join();
    server.reset();
    SUCCEED() << "the sanitizers look for what leaked";
}

/// Connections in every state at once, again and again, stopped at an arbitrary moment.
TEST(HttpServerStopRace, EveryStateMeetsTheStop) {
    constexpr int kRounds = 30;
    constexpr int kPeersOfEachKind = 4;
    for (int round = 0; round < kRounds; ++round) {
        IoRuntime runtime(log::Logger(), 2);
        HttpServerOptions options;
        options.listen = "127.0.0.1:0";
        options.max_connections = 6 * kPeersOfEachKind - 2; // the last two are being refused
        const std::string block(300'000, 'v');
        auto bound = HttpServer::bind(
            runtime.context(), options,
            [&block](Exchange& exchange) -> asio::awaitable<void> {
                if (exchange.request().path == "/short") {
                    co_await exchange.send(Response::text(200, "short"));
                    co_return;
                }
                co_await exchange.start_stream(200, {});
                const std::array<asio::const_buffer, 1> buffers = {asio::buffer(block)};
                Result<void> written;
                while (written) {
                    written = co_await exchange.write(buffers, 10s);
                }
            },
            log::Logger());
        ASSERT_TRUE(bound) << bound.error().message();
        auto server = std::move(*bound);
        server->start();
        runtime.start();
        std::vector<test::RawClient> peers;
        for (int i = 0; i < kPeersOfEachKind; ++i) {
            peers.emplace_back(server->port()); // silent
            peers.emplace_back(server->port()).send("GET / HTTP/1.1\r\nHo");
            peers.emplace_back(server->port())
                .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab");
            peers.emplace_back(server->port()).get("/stream");
            peers.emplace_back(server->port()).get("/short");
            peers.emplace_back(server->port()).send("BAD\r\n\r\n");
        }
        if (round % 3 == 0) {
            for (std::size_t i = 0; i < peers.size(); i += 2) {
                peers[i].reset();
            }
        }
        asio::co_spawn(runtime.context(), server->stop(std::chrono::milliseconds(round % 4 * 5)),
            asio::use_future)
            .get();
        EXPECT_TRUE(test::ServerTest::reaches(server->counters().connections_open, 0))
            << "round " << round;
    }
}

} // namespace
} // namespace plex_tuner::net
