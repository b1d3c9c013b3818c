// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"

#include <atomic>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

namespace plex_tuner::fetch::testing {
namespace {

class StreamingTest : public FetchTest {};

/// Byte `i` of an endless body in which every misplaced piece shows.
char pattern(std::size_t i) {
    return static_cast<char>((i * 2654435761U) >> 13);
}

std::string pattern_piece(std::size_t begin, std::size_t size) {
    std::string piece(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        piece[i] = pattern(begin + i);
    }
    return piece;
}

TEST_F(StreamingTest, UnreadBodyPausesTheServerAndGoesOnWhenRead) {
    constexpr std::size_t kTotal = 24 * 1024 * 1024;
    constexpr std::size_t kPiece = 64 * 1024;
    std::atomic<std::size_t> sent = 0;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        const int small = 64 * 1024; // little room in the kernel, so that the pause shows early
        ::setsockopt(connection.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        connection.send("HTTP/1.1 200 X\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
        for (std::size_t at = 0; at < kTotal; at += kPiece) {
            if (!connection.send(pattern_piece(at, kPiece))) {
                return;
            }
            sent = at + kPiece;
        }
    });
    Request request(origin.url("/"));
    request.limits.stall = 1500ms;
    const auto transfer = client_->start(std::move(request));
    ASSERT_TRUE(run(transfer->head()));
    // Not reading for longer than the stall limit is our pause, not the server's silence.
    std::this_thread::sleep_for(2500ms);
    EXPECT_LT(sent.load(), kTotal / 2);

    std::size_t got = 0;
    for (;;) {
        const auto bytes = run(transfer->read());
        ASSERT_TRUE(bytes) << bytes.error().message();
        if (bytes->empty()) {
            break;
        }
        ASSERT_LE(bytes->size(), 256U * 1024);
        ASSERT_EQ(*bytes, pattern_piece(got, bytes->size())) << "at " << got;
        got += bytes->size();
    }
    EXPECT_EQ(got, kTotal);
}

/// A connection in the hands of a server that answers as often as it is asked.
void answer_small(Connection& connection, std::string_view body) {
    while (!connection.read_request().empty()) {
        connection.send(response(200, body));
    }
}

TEST_F(StreamingTest, AGatheringTransferHandsOverWhatHasComeThoughItIsLittle) {
    Event seen;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\nfirst");
        EXPECT_TRUE(seen.wait()) << "five bytes never arrived";
        connection.send("last");
    });
    Request request(origin.url("/"));
    request.accept_compressed = false;
    request.gather = true;
    const auto transfer = client_->start(std::move(request));
    ASSERT_TRUE(run(transfer->head()));
    EXPECT_EQ(run(transfer->read()), "first");
    seen.set();
    EXPECT_EQ(run(transfer->read()), "last");
    EXPECT_EQ(run(transfer->read()), "");
}

TEST_F(StreamingTest, ATransferMayBeginToGatherInTheMiddle) {
    Event gathering;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\n.");
        EXPECT_TRUE(gathering.wait());
        for (std::size_t i = 0; i < 20; ++i) {
            connection.send(pattern_piece(i * 100, 100));
        }
    });
    Request request(origin.url("/"));
    request.accept_compressed = false;
    const auto transfer = client_->start(std::move(request));
    ASSERT_TRUE(run(transfer->head()));
    ASSERT_EQ(run(transfer->read()), ".");
    transfer->gather();
    gathering.set();
    std::string body;
    for (;;) {
        const auto bytes = run(transfer->read());
        ASSERT_TRUE(bytes) << bytes.error().message();
        if (bytes->empty()) {
            break;
        }
        body.append(*bytes);
    }
    EXPECT_EQ(body, pattern_piece(0, 2000));
}

TEST_F(StreamingTest, AConnectionThatGatheredServesSmallAnswersNext) {
    ScriptedOrigin origin([](Connection& connection) { answer_small(connection, "small"); });
    for (const bool gather : {true, false, true, false}) {
        Request request(origin.url("/"));
        request.accept_compressed = false;
        request.gather = gather;
        const auto answer = get(std::move(request));
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->body, "small");
    }
    EXPECT_EQ(origin.connections(), 1);
}

TEST_F(StreamingTest, AGatheringTransferThatWasPausedGoesOnToItsEnd) {
    constexpr std::size_t kTotal = 6 * 1024 * 1024 + 77;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
        connection.send(pattern_piece(0, kTotal));
        connection.wait_for_close();
    });
    Request request(origin.url("/"));
    request.accept_compressed = false;
    request.gather = true;
    const auto transfer = client_->start(std::move(request));
    ASSERT_TRUE(run(transfer->head()));
    std::this_thread::sleep_for(300ms); // the pipe fills and the transfer pauses
    std::size_t got = 0;
    while (got < kTotal) {
        const auto bytes = run(transfer->read());
        ASSERT_TRUE(bytes) << bytes.error().message();
        ASSERT_FALSE(bytes->empty());
        ASSERT_EQ(*bytes, pattern_piece(got, bytes->size())) << "at " << got;
        got += bytes->size();
    }
    EXPECT_EQ(got, kTotal);
}

TEST_F(StreamingTest, CancelClosesTheConnection) {
    Event closed;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\nabc");
        connection.wait_for_close();
        closed.set();
    });
    const auto transfer = client_->start(Request(origin.url("/")));
    ASSERT_TRUE(run(transfer->head()));
    transfer->cancel();
    EXPECT_TRUE(closed.wait());
    const auto bytes = run(transfer->read());
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code(), ErrorCode::cancelled);
    EXPECT_FALSE(run(transfer->head()));
}

TEST_F(StreamingTest, DestroyingATransferClosesTheConnection) {
    Event closed;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.wait_for_close();
        closed.set();
    });
    auto transfer = client_->start(Request(origin.url("/")));
    while (origin.requests().empty()) {
        std::this_thread::yield();
    }
    transfer.reset();
    EXPECT_TRUE(closed.wait());
}

TEST_F(StreamingTest, DestroyingATransferEndsThePendingRead) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\n");
        connection.wait_for_close();
    });
    auto transfer = client_->start(Request(origin.url("/")));
    ASSERT_TRUE(run(transfer->head()));
    std::optional<Result<std::string>> result;
    asio::co_spawn(
        context_, [&]() -> asio::awaitable<void> { result = co_await transfer->read(); },
        asio::detached);
    context_.restart();
    context_.poll();
    EXPECT_FALSE(result);
    transfer.reset();
    context_.restart();
    context_.run();
    ASSERT_TRUE(result);
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().code(), ErrorCode::cancelled);
}

TEST_F(StreamingTest, AWaitCanBeGivenUpAndTheTransferGoesOn) {
    using namespace asio::experimental::awaitable_operators;
    Event go_on;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\n");
        static_cast<void>(go_on.wait());
        connection.send("late");
    });
    const auto transfer = client_->start(Request(origin.url("/")));
    ASSERT_TRUE(run(transfer->head()));
    const auto raced = [&]() -> asio::awaitable<std::size_t> {
        asio::steady_timer timer(context_, 50ms);
        const auto winner = co_await (transfer->read() || timer.async_wait(asio::use_awaitable));
        co_return winner.index();
    };
    EXPECT_EQ(run(raced()), 1U) << "the timer wins";
    go_on.set();
    const auto bytes = run(transfer->read());
    ASSERT_TRUE(bytes) << bytes.error().message();
    EXPECT_EQ(*bytes, "late");
}

TEST_F(StreamingTest, CancelFromAnotherThreadIsSafeAtAnyMoment) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\n");
        while (connection.send(std::string(1000, 'x'))) {
        }
    });
    asio::thread_pool pool(2);
    for (int round = 0; round < 60; ++round) {
        const auto transfer = client_->start(Request(origin.url("/")));
        auto reader = asio::co_spawn(
            pool,
            [&transfer]() -> asio::awaitable<ErrorCode> {
                for (;;) {
                    const auto bytes = co_await transfer->read();
                    if (!bytes) {
                        co_return bytes.error().code();
                    }
                }
            },
            asio::use_future);
        for (int i = 0; i < round * 20; ++i) {
            std::this_thread::yield();
        }
        transfer->cancel();
        EXPECT_EQ(reader.get(), ErrorCode::cancelled);
    }
    pool.join();
}

TEST_F(StreamingTest, ManyTransfersAtOnceOnSeveralThreads) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return response(200, std::string(300'000, request[5]));
    }));
    asio::thread_pool pool(3);
    const auto body_of = [this](Request request) -> asio::awaitable<Result<std::string>> {
        auto answer = co_await client_->get(std::move(request), kPlenty);
        co_return answer ? Result<std::string>(std::move(answer->body)) : fail(answer.error());
    };
    std::vector<std::future<Result<std::string>>> answers;
    for (int i = 0; i < 60; ++i) {
        Request request(origin.url("/" + std::string(1, static_cast<char>('a' + i % 26))));
        answers.push_back(asio::co_spawn(pool, body_of(std::move(request)), asio::use_future));
    }
    for (int i = 0; i < 60; ++i) {
        const auto answer = answers[static_cast<std::size_t>(i)].get();
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_TRUE(*answer == std::string(300'000, static_cast<char>('a' + i % 26)));
    }
    pool.join();
}

TEST_F(StreamingTest, ATransferMayOutliveItsClient) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.wait_for_close();
    });
    const auto transfer = client_->start(Request(origin.url("/")));
    client_.reset();
    const auto head = run(transfer->head());
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().code(), ErrorCode::cancelled);
    transfer->cancel();
}

} // namespace
} // namespace plex_tuner::fetch::testing
