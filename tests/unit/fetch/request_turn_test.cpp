// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"

#include <vector>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::ElementsAre;

class RequestTurnTest : public FetchTest {
protected:
    static std::vector<Request> requests(const ScriptedOrigin& origin, std::size_t count) {
        std::vector<Request> all;
        for (std::size_t i = 0; i < count; ++i) {
            all.emplace_back(origin.url("/" + std::to_string(i)));
        }
        return all;
    }

    /// Hands over at the end alone.
    static InTurn patient() {
        return {.max_bytes = kPlenty, .hand_over = 1h, .go_on = [](const auto& answer) {
                    return answer && answer->head.status == 200;
                }};
    }

    std::vector<Result<Response>> get_in_turn(std::vector<Request> all, InTurn how) {
        return run(client_->get_in_turn(std::move(all), std::move(how)));
    }

    static std::vector<std::string> lines(const ScriptedOrigin& origin) {
        std::vector<std::string> all;
        for (const std::string& request : origin.requests()) {
            all.push_back(request_line(request));
        }
        return all;
    }
};

std::string echo(const std::string& request) {
    return response(200, request_line(request));
}

TEST_F(RequestTurnTest, AsksOneBehindTheOtherOnOneConnection) {
    ScriptedOrigin origin(ScriptedOrigin::answering(&echo));
    const auto answers = get_in_turn(requests(origin, 3), patient());
    ASSERT_EQ(answers.size(), 3U);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        ASSERT_TRUE(answers[i]) << answers[i].error().message();
        EXPECT_EQ(answers[i]->body, "GET /" + std::to_string(i) + " HTTP/1.1");
    }
    EXPECT_EQ(origin.connections(), 1);
}

TEST_F(RequestTurnTest, EndsWithTheAnswerThatNothingMayFollow) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return request.starts_with("GET /1 ") ? response(403, "no") : echo(request);
    }));
    const auto answers = get_in_turn(requests(origin, 4), patient());
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[1]->head.status, 403);
    EXPECT_THAT(lines(origin), ElementsAre("GET /0 HTTP/1.1", "GET /1 HTTP/1.1"));
}

TEST_F(RequestTurnTest, HandsOverWhatThereIsWhenTheTimeIsUp) {
    ScriptedOrigin origin(ScriptedOrigin::answering(&echo));
    InTurn how = patient();
    how.hand_over = 0ms;
    EXPECT_EQ(get_in_turn(requests(origin, 3), std::move(how)).size(), 1U);
    EXPECT_THAT(lines(origin), ElementsAre("GET /0 HTTP/1.1"));
}

TEST_F(RequestTurnTest, TellsWhichAnswerIsTooLong) {
    ScriptedOrigin origin(ScriptedOrigin::answering(&echo));
    InTurn how = patient();
    how.max_bytes = 3;
    const auto answers = get_in_turn(requests(origin, 3), std::move(how));
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].error().code(), ErrorCode::too_large);
}

TEST_F(RequestTurnTest, CookiesOfOneAnswerAreNotSentWithTheNextRequest) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return response(200, field(request, "Cookie"), "Set-Cookie: sid=42; Path=/\r\n");
    }));
    const auto answers = get_in_turn(requests(origin, 3), patient());
    ASSERT_EQ(answers.size(), 3U);
    for (const auto& answer : answers) {
        EXPECT_EQ(answer->body, "<none>");
    }
}

TEST_F(RequestTurnTest, HeadersAndRangesOfOneRequestAreNotThoseOfTheNext) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return response(200, field(request, "X-Own") + field(request, "Range") +
                                 field(request, "User-Agent") + field(request, "Authorization"));
    }));
    std::vector<Request> all = requests(origin, 2);
    all[0].headers = {{"X-Own", "a"}, {"User-Agent", "b"}};
    all[0].range = {1, 2};
    all[0].credentials =
        Credentials{.origin = origin.origin(), .user = "u", .password = Secret("p")};
    const auto answers = get_in_turn(std::move(all), patient());
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0]->body, "abytes=1-2bBasic dTpw");
    EXPECT_EQ(answers[1]->body, "<none><none>PlexTuner/test<none>");
}

TEST_F(RequestTurnTest, ACancelledWaitClosesTheConnection) {
    using namespace asio::experimental::awaitable_operators;
    Event asked;
    Event closed;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        asked.set();
        connection.wait_for_close();
        closed.set();
    });
    const auto cancelled = run([&]() -> asio::awaitable<bool> {
        const auto wait_until_asked = [&]() -> asio::awaitable<void> {
            EXPECT_TRUE(asked.wait());
            co_return;
        };
        const auto first =
            co_await (client_->get_in_turn(requests(origin, 2), patient()) || wait_until_asked());
        co_return first.index() == 1;
    }());
    EXPECT_TRUE(cancelled);
    EXPECT_TRUE(closed.wait());
    EXPECT_THAT(lines(origin), ElementsAre("GET /0 HTTP/1.1"));
}

TEST_F(RequestTurnTest, HearsOfTheEndOfItsClient) {
    Event asked;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        asked.set();
        connection.wait_for_close();
    });
    auto waiting = asio::co_spawn(
        context_,
        [&]() -> asio::awaitable<ErrorCode> {
            const auto answers = co_await client_->get_in_turn(requests(origin, 2), patient());
            co_return answers.size() == 1 && !answers[0] ? answers[0].error().code()
                                                         : ErrorCode::internal;
        },
        asio::use_future);
    std::thread waiter([&] { context_.run(); });
    EXPECT_TRUE(asked.wait());
    client_.reset();
    waiter.join();
    EXPECT_EQ(waiting.get(), ErrorCode::cancelled);
}

} // namespace
} // namespace plex_tuner::fetch::testing
