// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

namespace plex_tuner::net {
namespace {

using namespace std::chrono_literals;
using End = test::RawClient::End;

class HttpServerLimitsTest : public test::ServerTest {
protected:
    /// The request must be refused with this status and the connection closed in order.
    void expect_refusal(std::string_view bytes, int status) {
        auto peer = client();
        peer.send(bytes);
        const auto answer = peer.read_response();
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.field("connection"), "close");
        EXPECT_FALSE(answer.body.empty());
        EXPECT_EQ(peer.wait_for_end(), End::fin);
    }

    void serve_path_length() {
        serve([](Exchange& exchange) -> asio::awaitable<void> {
            co_await exchange.send(
                Response::text(200, std::to_string(exchange.request().target.size())));
        });
    }
};

TEST_F(HttpServerLimitsTest, ARequestLineOf128KiBWorks) {
    serve_path_length();
    auto peer = client();
    const std::string frame = "GET / HTTP/1.1";
    const std::string target = "/" + std::string(128 * 1024 - frame.size(), 'm');
    for (int i = 0; i < 3; ++i) {
        peer.get(target);
        EXPECT_EQ(peer.read_response().body, std::to_string(target.size()));
    }
    peer.get("/small");
    EXPECT_EQ(peer.read_response().body, "6");
}

TEST_F(HttpServerLimitsTest, ALongerRequestLineIs414) {
    serve_path_length();
    expect_refusal("GET /" + std::string(128 * 1024, 'm') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414);
    EXPECT_EQ(server->counters().bad_requests.load(), 1U);
    EXPECT_EQ(server->counters().requests.load(), 0U);
}

TEST_F(HttpServerLimitsTest, AnEndlessHeaderIs431) {
    serve_path_length();
    auto peer = client();
    peer.send("GET / HTTP/1.1\r\nHost: h\r\n");
    const std::string field = "X-More: " + std::string(4000, 'x') + "\r\n";
    for (int i = 0; i < 100 && peer.send(field); ++i) {
    }
    EXPECT_EQ(peer.read_response().status, 431);
    auto next = client();
    next.get("/abc");
    EXPECT_EQ(next.read_response().body, "4") << "the server lives on";
}

TEST_F(HttpServerLimitsTest, AnEndlessRequestLineIs414) {
    serve_path_length();
    auto peer = client();
    peer.send("GET /");
    const std::string piece(8000, 'x');
    for (int i = 0; i < 100 && peer.send(piece); ++i) {
    }
    EXPECT_EQ(peer.read_response().status, 414);
}

TEST_F(HttpServerLimitsTest, ALargeBodyIs413) {
    serve_path_length();
    expect_refusal("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n", 413);
    auto expecting = client();
    expecting.request("POST", "/", "Content-Length: 9999999\r\nExpect: 100-continue\r\n");
    EXPECT_EQ(expecting.read_response().status, 413) << "without a 100 before it";
    auto sending = client();
    sending.request("POST", "/", "Content-Length: 300000\r\n");
    sending.send(std::string(300000, 'b'));
    EXPECT_EQ(sending.read_response().status, 413) << "the answer survives the unread body";
}

TEST_F(HttpServerLimitsTest, NoiseIs400) {
    serve_path_length();
    expect_refusal("\x16\x03\x01\x02\x01", 400);
    expect_refusal("GET\r\n\r\n", 400);
    expect_refusal("GET / HTTP/1.1\r\n\r\n", 400);
    expect_refusal("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    expect_refusal("GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505);
}

TEST_F(HttpServerLimitsTest, RequestsBeforeABadOneAreAnswered) {
    serve_path_length();
    auto peer = client();
    peer.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nBAD\r\n\r\n");
    EXPECT_EQ(peer.read_response().status, 200);
    EXPECT_EQ(peer.read_response().status, 400);
    EXPECT_EQ(peer.wait_for_end(), End::fin);
}

TEST_F(HttpServerLimitsTest, AHeaderThatDripsIs408) {
    options.header_timeout = 300ms;
    serve_path_length();
    auto peer = client();
    // One byte after the other; activity must not move the deadline.
    const std::string header = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100'000, 'x');
    std::thread dripping([&] {
        for (const char c : header) {
            if (!peer.send(std::string_view(&c, 1))) {
                break;
            }
            ::usleep(2000);
            pollfd answered{peer.descriptor(), POLLIN, 0};
            if (::poll(&answered, 1, 0) == 1) {
                break;
            }
        }
    });
    dripping.join();
    EXPECT_EQ(peer.read_response().status, 408);
    EXPECT_EQ(peer.wait_for_end(), End::fin);
}

TEST_F(HttpServerLimitsTest, ABodyThatDoesNotComeIs408) {
    options.header_timeout = 200ms;
    serve_path_length();
    auto peer = client();
    peer.request("POST", "/", "Content-Length: 10\r\n");
    peer.send("abc");
    EXPECT_EQ(peer.read_response().status, 408);
}

TEST_F(HttpServerLimitsTest, AnIdleConnectionIsClosedSilently) {
    options.idle_timeout = 1500ms; // long enough for a busy machine to get the request out first
    serve_path_length();
    auto fresh = client();
    auto used = client();
    used.get("/a");
    EXPECT_EQ(used.read_response().status, 200);
    EXPECT_EQ(fresh.read_to_end(), "");
    EXPECT_EQ(used.read_to_end(), "");
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

TEST_F(HttpServerLimitsTest, OneConnectionTooManyIs503) {
    options.max_connections = 3;
    serve_path_length();
    std::vector<test::RawClient> peers;
    for (int i = 0; i < 3; ++i) {
        peers.push_back(client());
        peers.back().get("/a");
        EXPECT_EQ(peers.back().read_response().status, 200);
    }
    for (int i = 0; i < 5; ++i) {
        auto refused = client();
        refused.get("/a");
        EXPECT_EQ(refused.read_response().status, 503);
        EXPECT_EQ(refused.wait_for_end(), End::fin);
    }
    EXPECT_EQ(server->counters().connections_refused.load(), 5U);
    for (auto& peer : peers) {
        peer.get("/a");
        EXPECT_EQ(peer.read_response().status, 200) << "those inside do not suffer";
    }
    peers.clear();
    ASSERT_TRUE(reaches(server->counters().connections_open, 0));
    auto admitted = client();
    admitted.get("/a");
    EXPECT_EQ(admitted.read_response().status, 200);
}

TEST_F(HttpServerLimitsTest, AFloodOfConnectionsDoesNotStarveTheServed) {
    options.max_connections = 1;
    serve_path_length();
    auto inside = client();
    inside.get("/a");
    EXPECT_EQ(inside.read_response().status, 200);
    std::vector<test::RawClient> flood;
    for (int i = 0; i < 200; ++i) {
        flood.push_back(client()); // silent ones
        inside.get("/a");
        ASSERT_EQ(inside.read_response().status, 200);
    }
    EXPECT_TRUE(reaches(server->counters().connections_refused, 200U));
}

TEST_F(HttpServerLimitsTest, ManyDrippingClientsDoNotStopOthers) {
    serve_path_length();
    std::vector<test::RawClient> drippers;
    for (int i = 0; i < 100; ++i) {
        drippers.push_back(client());
        drippers.back().send("GET / HT");
    }
    auto peer = client();
    peer.get("/abc");
    EXPECT_EQ(peer.read_response().body, "4");
    for (auto& dripper : drippers) {
        dripper.send("TP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(dripper.read_response().body, "1");
    }
}

TEST_F(HttpServerLimitsTest, AWholeAnswerNobodyReadsIsGivenUp) {
    options.write_timeout = 200ms;
    const auto body = std::make_shared<const std::string>(20'000'000, 'x');
    test::Signal failed;
    serve([&failed, body](Exchange& exchange) -> asio::awaitable<void> {
        Response response;
        response.body = body;
        const auto sent = co_await exchange.send(std::move(response));
        EXPECT_FALSE(sent);
        EXPECT_EQ(sent.error().code(), ErrorCode::timeout);
        failed.set();
    });
    test::RawClient peer(server->port(), "127.0.0.1", 4096);
    peer.get("/");
    ASSERT_TRUE(failed.wait());
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

} // namespace
} // namespace plex_tuner::net
