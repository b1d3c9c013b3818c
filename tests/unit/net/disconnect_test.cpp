// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::net {
namespace {

using namespace std::chrono_literals;

/// How a viewer may leave.
enum class Leaving { close, reset, half_close };

void leave(test::RawClient& peer, Leaving how) {
    switch (how) {
    case Leaving::close:
        peer.close();
        break;
    case Leaving::reset:
        peer.reset();
        break;
    case Leaving::half_close:
        peer.shutdown_write();
        break;
    }
}

class DisconnectTest : public test::ServerTest, public ::testing::WithParamInterface<Leaving> {
protected:
    /// Waits until the peer is gone and writes nothing meanwhile.
    static asio::awaitable<void> wait_for_loss(Exchange& exchange) {
        asio::steady_timer never(exchange.executor(), asio::steady_timer::time_point::max());
        exchange.on_disconnect([&never] { never.cancel(); });
        co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    test::Signal started;
    test::Signal lost;
};

TEST_P(DisconnectTest, IsNoticedWhileNothingIsWritten) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        started.set();
        co_await wait_for_loss(exchange);
        lost.set();
    });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    leave(peer, GetParam());
    EXPECT_TRUE(lost.wait());
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

TEST_P(DisconnectTest, IsNoticedBeforeTheAnswer) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        started.set();
        co_await wait_for_loss(exchange);
        EXPECT_FALSE(exchange.started());
        lost.set();
    });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    leave(peer, GetParam());
    EXPECT_TRUE(lost.wait());
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

TEST_P(DisconnectTest, IsNoticedBehindBytesThePeerSentAhead) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        started.set();
        co_await wait_for_loss(exchange);
        lost.set();
    });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    peer.send(std::string(500'000, 'x'));
    leave(peer, GetParam());
    EXPECT_TRUE(lost.wait());
}

TEST_P(DisconnectTest, EndsAWriteThatWaitsForThePeer) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        const std::string block(1'000'000, 'v');
        const std::array<asio::const_buffer, 1> buffers = {asio::buffer(block)};
        int writes = 0;
        while (true) {
            const auto written = co_await exchange.write(buffers, 1h);
            if (!written) {
                EXPECT_EQ(written.error().code(), ErrorCode::network);
                break;
            }
            if (++writes == 2) {
                started.set();
            }
        }
        lost.set();
    });
    test::RawClient peer(server->port(), "127.0.0.1", 4096);
    peer.get("/");
    ASSERT_TRUE(started.wait());
    leave(peer, GetParam());
    EXPECT_TRUE(lost.wait());
}

TEST_P(DisconnectTest, IsReportedToACallbackThatComesLate) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        started.set();
        co_await wait_for_loss(exchange);
        co_await wait_for_loss(exchange);
        lost.set();
    });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(started.wait());
    leave(peer, GetParam());
    EXPECT_TRUE(lost.wait());
}

INSTANTIATE_TEST_SUITE_P(EveryWay, DisconnectTest,
    ::testing::Values(Leaving::close, Leaving::reset, Leaving::half_close), [](const auto& info) {
        switch (info.param) {
        case Leaving::close:
            return "Close";
        case Leaving::reset:
            return "Reset";
        case Leaving::half_close:
            return "HalfClose";
        }
        return "Unknown";
    });

class OnDisconnectTest : public test::ServerTest {
protected:
    test::Signal first;
    test::Signal second;
    test::Signal step;
};

TEST_F(OnDisconnectTest, ALaterCallbackReplacesTheEarlier) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        asio::steady_timer never(exchange.executor(), asio::steady_timer::time_point::max());
        exchange.on_disconnect([this] { first.set(); });
        exchange.on_disconnect([this, &never] {
            second.set();
            never.cancel();
        });
        step.set();
        co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    });
    auto peer = client();
    peer.get("/");
    ASSERT_TRUE(step.wait());
    peer.close();
    EXPECT_TRUE(second.wait());
    EXPECT_EQ(first.count(), 0);
}

TEST_F(OnDisconnectTest, AnEmptyFunctionRemovesIt) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        exchange.on_disconnect([this] { first.set(); });
        exchange.on_disconnect({});
        co_await exchange.start_stream(200, {});
        const std::array<asio::const_buffer, 1> buffers = {asio::buffer("x", 1)};
        while (true) {
            const auto written = co_await exchange.write(buffers, 5s);
            if (!written) {
                break;
            }
            co_await asio::post(exchange.executor(), asio::use_awaitable);
        }
        second.set();
    });
    auto peer = client();
    peer.get("/");
    peer.read_head();
    peer.close();
    EXPECT_TRUE(second.wait());
    EXPECT_EQ(first.count(), 0);
}

TEST_F(OnDisconnectTest, IsNotCalledAfterTheHandlerEnded) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        exchange.on_disconnect([this] { first.set(); });
        co_await exchange.send(Response::text(200, "done"));
    });
    for (int i = 0; i < 50; ++i) {
        auto peer = client();
        peer.get("/");
        EXPECT_EQ(peer.read_response().body, "done");
        peer.close();
    }
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
    EXPECT_EQ(first.count(), 0);
}

TEST_F(OnDisconnectTest, AWriteDeadlineDisconnectsAndReports) {
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        exchange.on_disconnect([this] { first.set(); });
        co_await exchange.start_stream(200, {});
        const std::string block(1'000'000, 'v');
        const std::array<asio::const_buffer, 1> buffers = {asio::buffer(block)};
        Result<void> written;
        while (written) {
            written = co_await exchange.write(buffers, 150ms);
        }
        EXPECT_EQ(written.error().code(), ErrorCode::timeout);
        const auto after = co_await exchange.write(buffers, 150ms);
        EXPECT_FALSE(after);
        co_await asio::post(exchange.executor(), asio::use_awaitable);
        second.set();
    });
    test::RawClient peer(server->port(), "127.0.0.1", 4096);
    peer.get("/");
    EXPECT_TRUE(first.wait());
    EXPECT_TRUE(second.wait());
    EXPECT_EQ(peer.wait_for_end(), test::RawClient::End::rst);
}

TEST_F(OnDisconnectTest, ASlowReaderIsNotDisconnected) {
    constexpr std::size_t kTotal = 3'000'000;
    serve([this](Exchange& exchange) -> asio::awaitable<void> {
        exchange.on_disconnect([this] { first.set(); });
        co_await exchange.start_stream(200, {});
        const std::string block(kTotal, 'v');
        const std::array<asio::const_buffer, 1> buffers = {asio::buffer(block)};
        EXPECT_TRUE(co_await exchange.write(buffers, 10s));
    });
    test::RawClient peer(server->port(), "127.0.0.1", 4096);
    peer.get("/");
    EXPECT_EQ(peer.read_response().body.size(), kTotal);
    EXPECT_EQ(first.count(), 0);
}

} // namespace
} // namespace plex_tuner::net
