// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;

class ClientTest : public FetchTest {};

TEST_F(ClientTest, HandsOverStatusHeadersAndBody) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string&) {
        return response(200, "hello", "Content-Type: text/plain\r\nX-A: 1\r\nX-A: 2\r\n");
    }));
    const auto answer = get(origin.url("/a"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->head.status, 200);
    EXPECT_EQ(answer->body, "hello");
    EXPECT_EQ(answer->head.header("content-type"), "text/plain");
    EXPECT_EQ(answer->head.header("x-a"), "1");
    EXPECT_EQ(answer->head.header("x-b"), std::nullopt);
    EXPECT_EQ(answer->head.content_length, 5U);
    EXPECT_EQ(answer->head.effective_url, origin.url("/a"));
}

TEST_F(ClientTest, AnyStatusIsAnAnswer) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(404, "none"); }));
    const auto answer = get(origin.url("/"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->head.status, 404);
    EXPECT_EQ(answer->body, "none");
}

TEST_F(ClientTest, InterimResponsesAndTrailersAreNotTheHeader) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "3\r\nabc\r\n0\r\nX-Trailer: late\r\n\r\n");
    });
    const auto answer = get(origin.url("/"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->head.status, 200);
    EXPECT_EQ(answer->body, "abc");
    EXPECT_EQ(answer->head.header("Link"), std::nullopt);
    EXPECT_EQ(answer->head.header("X-Trailer"), std::nullopt);
    EXPECT_EQ(answer->head.content_length, std::nullopt);
}

TEST_F(ClientTest, ShoutcastStatusLineIsUnderstood) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("ICY 200 OK\r\nicy-name: x\r\n\r\nmusic");
    });
    const auto answer = get(origin.url("/"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->head.status, 200);
    EXPECT_EQ(answer->head.header("icy-name"), "x");
    EXPECT_EQ(answer->body, "music");
}

TEST_F(ClientTest, SendsDefaultAndOwnHeaders) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); }));
    ASSERT_TRUE(get(origin.url("/default")));
    Request own(origin.url("/own"));
    own.headers = {{"User-Agent", "Other/1"}, {"Referer", "http://r/"}, {"X-Empty", ""}};
    own.accept_compressed = false;
    ASSERT_TRUE(get(own));
    const auto requests = origin.requests();
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(field(requests[0], "User-Agent"), "PlexTuner/test");
    EXPECT_EQ(field(requests[0], "Accept-Encoding"), "gzip, br");
    EXPECT_EQ(field(requests[1], "User-Agent"), "Other/1");
    EXPECT_EQ(field(requests[1], "Referer"), "http://r/");
    EXPECT_EQ(field(requests[1], "X-Empty"), "");
    EXPECT_EQ(field(requests[1], "Accept-Encoding"), "<none>");
}

TEST_F(ClientTest, HeaderWithLineBreakIsRefused) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); }));
    Request request(origin.url("/"));
    request.headers = {{"Referer", "a\r\nX-Injected: 1"}};
    EXPECT_EQ(error_of(request).code(), ErrorCode::invalid_argument);
    EXPECT_TRUE(origin.requests().empty());
}

TEST_F(ClientTest, OnlyHttpIsFetched) {
    const Error error = error_of(Request(*Url::parse("ftp://user:secret@host/x")));
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_THAT(error.message(), ::testing::Not(HasSubstr("secret")));
}

TEST_F(ClientTest, UrlBytesArriveAsTheyAre) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); }));
    for (const std::string_view target : {"/a|b", "/x[1].ts", "/a;b=c,d", "//double//slash",
             "/a/../b/./c", "/%7euser/%2F%2f?x=%41", "/caf\xC3\xA9?q=\xE9", "/a?x={y}&z=\"q\"",
             "/p?a=b?c=d", "/?", "/a?", "/a'b(c)*!$&+=@:~", "/a\\b^c`d<e>"}) {
        const auto answer = get(origin.url(target));
        ASSERT_TRUE(answer) << target << ": " << answer.error().message();
        EXPECT_EQ(
            request_line(origin.requests().back()), "GET " + std::string(target) + " HTTP/1.1");
    }
    ASSERT_TRUE(get(origin.url("/a?b#fragment")));
    EXPECT_EQ(request_line(origin.requests().back()), "GET /a?b HTTP/1.1");
    ASSERT_TRUE(get(origin.url("")));
    EXPECT_EQ(request_line(origin.requests().back()), "GET / HTTP/1.1");
    ASSERT_TRUE(get(origin.url("?only=query")));
    EXPECT_EQ(request_line(origin.requests().back()), "GET /?only=query HTTP/1.1");
}

TEST_F(ClientTest, RangeIsAskedFor) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(206, "2345"); }));
    Request request(origin.url("/"));
    request.range = {2, 5};
    ASSERT_TRUE(get(request));
    request.range = {7, UINT64_MAX};
    ASSERT_TRUE(get(request));
    EXPECT_EQ(field(origin.requests()[0], "Range"), "bytes=2-5");
    EXPECT_EQ(field(origin.requests()[0], "Accept-Encoding"), "<none>");
    EXPECT_EQ(field(origin.requests()[1], "Range"), "bytes=7-");
}

TEST_F(ClientTest, HeadAsksForNoBody) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return request.starts_with("HEAD ")
                   ? std::string("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n"
                                 "Content-Encoding: gzip\r\nCF-RAY: 1\r\n\r\n")
                   : response(200, "x");
    }));
    Request request(origin.url("/"));
    request.method = Method::head;
    const auto answer = get(request);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->head.status, 200);
    EXPECT_EQ(answer->head.header("CF-RAY"), "1");
    EXPECT_EQ(answer->body, "");
}

TEST_F(ClientTest, ChangesHaveNoBodyAndAreNotMadeAgainElsewhere) {
    const std::pair<Method, std::string> methods[] = {
        {Method::put, "PUT "}, {Method::post, "POST "}, {Method::remove, "DELETE "}};
    for (const auto& [method, name] : methods) {
        ScriptedOrigin origin(ScriptedOrigin::answering(
            [](const std::string&) { return response(307, "x", "Location: /elsewhere\r\n"); }));
        Request request(origin.url("/a?b[1]=c"));
        request.method = method;
        const auto answer = get(request);
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->head.status, 307);
        ASSERT_EQ(origin.requests().size(), 1U);
        EXPECT_TRUE(origin.requests()[0].starts_with(name + "/a?b[1]=c HTTP/1.1\r\n"));
        EXPECT_EQ(field(origin.requests()[0], "Content-Length"),
            method == Method::remove ? "<none>" : "0");
    }
}

TEST_F(ClientTest, OneConnectionServesManyRequests) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); }));
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(get(origin.url("/")));
    }
    EXPECT_EQ(origin.requests().size(), 5U);
    EXPECT_EQ(origin.connections(), 1);
}

TEST_F(ClientTest, ConnectionThatDiedIdleIsReplaced) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send(response(200, "x")); // keep-alive promised, then closed
    });
    ASSERT_TRUE(get(origin.url("/1")));
    const auto second = get(origin.url("/2"));
    ASSERT_TRUE(second) << second.error().message();
    EXPECT_EQ(origin.connections(), 2);
}

TEST_F(ClientTest, RequestsBeyondTheLimitPerHostWaitTheirTurn) {
    use_connections_per_host(2);
    std::mutex mutex;
    int now = 0;
    int most = 0;
    ScriptedOrigin origin([&](Connection& connection) {
        while (!connection.read_request().empty()) {
            {
                const std::lock_guard lock(mutex);
                most = std::max(most, ++now);
            }
            std::this_thread::yield(); // let a third in, if it can
            {
                const std::lock_guard lock(mutex);
                --now;
            }
            connection.send(response(200, "x"));
        }
    });
    std::vector<std::unique_ptr<Transfer>> transfers;
    for (int i = 0; i < 20; ++i) {
        transfers.push_back(client_->start(Request(origin.url("/"))));
    }
    for (const auto& transfer : transfers) {
        const auto head = run(transfer->head());
        ASSERT_TRUE(head) << head.error().message();
    }
    EXPECT_LE(most, 2);
    EXPECT_LE(origin.connections(), 2);
    EXPECT_EQ(origin.requests().size(), 20U);
}

TEST_F(ClientTest, WaitingForABusyHostDoesNotBlockOthers) {
    use_connections_per_host(1);
    Event release;
    ScriptedOrigin busy([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        static_cast<void>(release.wait());
        connection.send(response(200, "busy"));
    });
    ScriptedOrigin idle(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "idle"); }));
    const auto first = client_->start(Request(busy.url("/1")));
    const auto second = client_->start(Request(busy.url("/2")));
    const auto other = get(idle.url("/"));
    ASSERT_TRUE(other) << other.error().message();
    EXPECT_EQ(other->body, "idle");
    release.set();
    EXPECT_TRUE(run(first->head()));
    EXPECT_TRUE(run(second->head()));
}

TEST_F(ClientTest, BodyBeyondTheLimitOfGetIsRefused) {
    ScriptedOrigin origin(ScriptedOrigin::answering(
        [](const std::string&) { return response(200, std::string(1000, 'x')); }));
    EXPECT_TRUE(get(Request(origin.url("/")), 1000));
    const Error error = error_of(Request(origin.url("/live/user/secret/1.ts")), 999);
    EXPECT_EQ(error.code(), ErrorCode::too_large);
    EXPECT_THAT(error.message(), HasSubstr("999 bytes"));
    EXPECT_THAT(error.message(), ::testing::Not(HasSubstr("secret")));
}

TEST_F(ClientTest, DestroyingTheClientEndsWhatRuns) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.wait_for_close();
    });
    const auto transfer = client_->start(Request(origin.url("/")));
    std::optional<Result<ResponseHead>> head;
    asio::co_spawn(
        context_, [&]() -> asio::awaitable<void> { head = co_await transfer->head(); },
        asio::detached);
    context_.poll();
    client_.reset();
    context_.restart();
    context_.run();
    ASSERT_TRUE(head);
    ASSERT_FALSE(*head);
    EXPECT_EQ(head->error().code(), ErrorCode::cancelled);
}

} // namespace
} // namespace plex_tuner::fetch::testing
