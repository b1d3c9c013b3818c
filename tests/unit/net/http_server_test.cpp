// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

#include <array>
#include <set>

namespace plex_tuner::net {
namespace {

class HttpServerTest : public test::ServerTest {
protected:
    /// Answers with the request's path.
    void serve_echo() {
        serve([](Exchange& exchange) -> asio::awaitable<void> {
            co_await exchange.send(Response::text(200, exchange.request().path));
        });
    }
};

TEST_F(HttpServerTest, AnswersOverAndOverOnOneConnection) {
    serve_echo();
    auto peer = client();
    for (int i = 0; i < 100; ++i) {
        const std::string path = "/" + std::to_string(i);
        ASSERT_TRUE(peer.get(path));
        const auto answer = peer.read_response();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, path);
        EXPECT_EQ(answer.field("connection"), std::nullopt);
        EXPECT_TRUE(answer.field("date"));
    }
    EXPECT_EQ(server->counters().connections_accepted.load(), 1U);
    EXPECT_EQ(server->counters().requests.load(), 100U);
    EXPECT_GT(server->counters().bytes_sent.load(), 1000U);
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
    serve_echo();
    auto peer = client();
    std::string burst;
    for (int i = 0; i < 500; ++i) {
        burst += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }
    ASSERT_TRUE(peer.send(burst));
    for (int i = 0; i < 500; ++i) {
        ASSERT_EQ(peer.read_response().body, "/" + std::to_string(i));
    }
}

TEST_F(HttpServerTest, PipelinedRequestsSurviveAHandlerThatWatchesThePeer) {
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        exchange.on_disconnect([] {});
        // Gives the watch a turn, so that it meets the next request's bytes.
        co_await asio::post(exchange.executor(), asio::use_awaitable);
        co_await exchange.send(Response::text(200, exchange.request().path));
    });
    auto peer = client();
    for (int round = 0; round < 50; ++round) {
        peer.get("/a");
        peer.get("/b");
        ASSERT_EQ(peer.read_response().body, "/a");
        ASSERT_EQ(peer.read_response().body, "/b");
    }
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
    serve_text("hello");
    auto peer = client();
    peer.request("HEAD", "/");
    const auto head = peer.read_response(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("content-length"), "5");
    peer.get("/");
    EXPECT_EQ(peer.read_response().body, "hello") << "nothing followed the head";
}

TEST_F(HttpServerTest, ConnectionCloseIsHonoured) {
    serve_text("x");
    auto peer = client();
    peer.get("/", "Connection: close\r\n");
    const auto answer = peer.read_response();
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_EQ(peer.wait_for_end(), test::RawClient::End::fin);
}

TEST_F(HttpServerTest, OldClientsAreServed) {
    serve_text("x");
    auto plain = client();
    plain.send("GET / HTTP/1.0\r\n\r\n");
    const auto answer = plain.read_response();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_EQ(plain.wait_for_end(), test::RawClient::End::fin);

    auto keeping = client();
    for (int i = 0; i < 2; ++i) {
        keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(keeping.read_response().field("connection"), "keep-alive");
    }
}

TEST_F(HttpServerTest, AHalfClosedClientStillGetsItsAnswer) {
    serve_text("answer");
    auto peer = client();
    peer.get("/");
    peer.shutdown_write();
    EXPECT_EQ(peer.read_response().body, "answer");
    EXPECT_EQ(peer.wait_for_end(), test::RawClient::End::fin);
}

TEST_F(HttpServerTest, BodiesAreReadAndDropped) {
    serve_echo();
    auto peer = client();
    peer.request("POST", "/a", "Content-Length: 5\r\n");
    peer.send("hello");
    EXPECT_EQ(peer.read_response().body, "/a");
    peer.request("POST", "/b", "Transfer-Encoding: chunked\r\n");
    peer.send("5\r\nhello\r\n0\r\n\r\n");
    EXPECT_EQ(peer.read_response().body, "/b");
}

TEST_F(HttpServerTest, ContinueIsSentToThoseWhoWait) {
    serve_echo();
    auto peer = client();
    peer.request("POST", "/a", "Content-Length: 5\r\nExpect: 100-continue\r\n");
    EXPECT_EQ(peer.read_response().status, 100);
    peer.send("hello");
    EXPECT_EQ(peer.read_response().body, "/a");
}

TEST_F(HttpServerTest, ContinueIsNotSentWhenTheBodyIsThere) {
    serve_echo();
    auto peer = client();
    peer.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx");
    EXPECT_EQ(peer.read_response().status, 200);
}

TEST_F(HttpServerTest, StreamsEndWithTheConnection) {
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        Headers headers;
        headers.add("Content-Type", "video/mp2t");
        EXPECT_FALSE(exchange.started());
        EXPECT_TRUE(co_await exchange.start_stream(200, std::move(headers)));
        EXPECT_TRUE(exchange.started());
        const std::string text = "0123456789";
        for (int i = 0; i < 3; ++i) {
            std::vector<asio::const_buffer> buffers(100, asio::buffer(text));
            buffers.emplace_back(); // empty ones are harmless
            EXPECT_TRUE(co_await exchange.write(buffers, std::chrono::seconds(5)));
        }
    });
    auto peer = client();
    peer.get("/");
    const auto answer = peer.read_response();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("connection"), "close");
    EXPECT_EQ(answer.field("content-length"), std::nullopt);
    std::string expected;
    for (int i = 0; i < 300; ++i) {
        expected += "0123456789";
    }
    EXPECT_EQ(answer.body, expected);
}

TEST_F(HttpServerTest, AStreamAnswersHeadWithoutBody) {
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        const std::array<asio::const_buffer, 1> buffers = {asio::buffer("x", 1)};
        const auto written = co_await exchange.write(buffers, std::chrono::seconds(5));
        EXPECT_FALSE(written);
    });
    auto peer = client();
    peer.request("HEAD", "/");
    EXPECT_EQ(peer.read_response().body, "");
}

TEST_F(HttpServerTest, LargeGathersArriveInOrder) {
    auto pieces = std::make_shared<std::vector<std::string>>();
    std::string expected;
    for (int i = 0; i < 200; ++i) {
        pieces->emplace_back(
            static_cast<std::size_t>(i * 331 % 40000), static_cast<char>('a' + i % 26));
        expected += pieces->back();
    }
    serve([pieces](Exchange& exchange) -> asio::awaitable<void> {
        std::vector<asio::const_buffer> buffers;
        for (const std::string& piece : *pieces) {
            buffers.push_back(asio::buffer(piece));
        }
        co_await exchange.start_stream(200, {});
        EXPECT_TRUE(co_await exchange.write(buffers, std::chrono::seconds(5)));
    });
    auto peer = client();
    peer.get("/");
    EXPECT_TRUE(peer.read_response().body == expected);
}

TEST_F(HttpServerTest, AnsweringTwiceIsAnErrorAndHarmsNobody) {
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        EXPECT_TRUE(co_await exchange.send(Response::text(200, "one")));
        const auto again = co_await exchange.send(Response::text(200, "two"));
        EXPECT_FALSE(again);
        EXPECT_EQ(again.error().code(), ErrorCode::internal);
        EXPECT_FALSE(co_await exchange.start_stream(200, {}));
        EXPECT_FALSE(co_await exchange.send_file({}, {}));
    });
    auto peer = client();
    for (int i = 0; i < 3; ++i) {
        peer.get("/");
        EXPECT_EQ(peer.read_response().body, "one");
    }
}

TEST_F(HttpServerTest, AHandlerThatThrowsGets500) {
    serve([](Exchange&) -> asio::awaitable<void> {
        throw std::runtime_error("boom");
        co_return;
    });
    auto peer = client();
    peer.get("/x?token=hunter2");
    const auto answer = peer.read_response();
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("boom"), std::string::npos);
    EXPECT_EQ(peer.wait_for_end(), test::RawClient::End::fin);
    const std::string line = sink->wait_for("request failed");
    EXPECT_NE(line.find("boom"), std::string::npos);
    EXPECT_EQ(line.find("hunter2"), std::string::npos);
}

TEST_F(HttpServerTest, AHandlerThatThrowsInAStreamBreaksTheConnection) {
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.start_stream(200, {});
        throw 42; // NOLINT: anything at all
    });
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.wait_for_end(), test::RawClient::End::rst);
}

TEST_F(HttpServerTest, AHandlerThatForgetsToAnswerGets500) {
    serve([](Exchange&) -> asio::awaitable<void> { co_return; });
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.read_response().status, 500);
    EXPECT_NE(sink->wait_for("request failed").find("no answer"), std::string::npos);
}

TEST_F(HttpServerTest, RequestsHaveUniqueIds) {
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.send(Response::text(200, exchange.request().id));
    });
    std::set<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        auto peer = client();
        for (int j = 0; j < 3; ++j) {
            peer.get("/");
            ids.insert(peer.read_response().body);
        }
    }
    EXPECT_EQ(ids.size(), 9U);
    EXPECT_TRUE(ids.contains("r000001"));
}

TEST_F(HttpServerTest, TheAccessLogTellsAllButSecrets) {
    serve_text("hello");
    auto peer = client();
    peer.get("/auto/v5?password=hunter2&x=1", "User-Agent: Lavf/60\r\n");
    EXPECT_EQ(peer.read_response().status, 200);
    const std::string line = sink->wait_for("http: request ");
    for (const char* part : {"request=r000001", "method=GET", "path=/auto/v5", "x=1", "status=200",
             "bytes=5", "duration_ms=", "remote=127.0.0.1", "user_agent=Lavf/60"}) {
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
    }
    EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST_F(HttpServerTest, ManyClientsAtOnce) {
    serve_echo();
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                auto peer = client();
                for (int j = 0; j < 5; ++j) {
                    const std::string path =
                        "/" + std::to_string(t) + "/" + std::to_string(i * 5 + j);
                    peer.get(path);
                    good += peer.read_response().body == path ? 1 : 0;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(good.load(), 800);
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
    EXPECT_EQ(server->counters().connections_accepted.load(), 160U);
}

} // namespace
} // namespace plex_tuner::net
