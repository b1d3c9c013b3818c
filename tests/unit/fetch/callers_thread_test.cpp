// SPDX-License-Identifier: GPL-3.0-or-later
// A client that works on the thread of those who use it.
#include "scripted_origin.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <array>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::fetch::testing {
namespace {

using namespace std::chrono_literals;

class CallersThreadTest : public ::testing::Test {
protected:
    ~CallersThreadTest() override { stop(); }

    void stop() {
        context_.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    std::future<void> spawn(asio::awaitable<void> work) {
        return asio::co_spawn(asio::make_strand(context_), std::move(work), asio::use_future);
    }

    void run(asio::awaitable<void> work) {
        auto done = spawn(std::move(work));
        ASSERT_EQ(done.wait_for(20s), std::future_status::ready);
        done.get();
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    std::unique_ptr<Client> client_ =
        Client::create_on(context_, {.user_agent = "PlexTuner/test", .ca_bundle = {}}, {});
    std::thread thread_{[this] {
        context_.run();
    }};
};

std::string echo(const std::string& request) {
    return response(200, request_line(request));
}

TEST_F(CallersThreadTest, AnswersArriveOnThatThread) {
    ScriptedOrigin origin(ScriptedOrigin::answering(&echo));
    run([&]() -> asio::awaitable<void> {
        const auto before = std::this_thread::get_id();
        const auto answer = co_await client_->get(Request(origin.url("/a")), 1000);
        EXPECT_EQ(std::this_thread::get_id(), before);
        EXPECT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->body, "GET /a HTTP/1.1");
    }());
}

TEST_F(CallersThreadTest, ManyTransfersAtOnceEachGetTheirOwn) {
    ScriptedOrigin origin(ScriptedOrigin::answering(&echo));
    std::vector<std::future<void>> all;
    for (int i = 0; i < 100; ++i) {
        all.push_back(spawn([](Client& client, Url url, int number) -> asio::awaitable<void> {
            const auto answer = co_await client.get(Request(std::move(url)), 1000);
            EXPECT_TRUE(answer) << answer.error().message();
            EXPECT_EQ(answer->body, "GET /" + std::to_string(number) + " HTTP/1.1");
        }(*client_, origin.url("/" + std::to_string(i)), i)));
    }
    for (auto& one : all) {
        ASSERT_EQ(one.wait_for(20s), std::future_status::ready);
        one.get();
    }
}

TEST_F(CallersThreadTest, ABodyLargerThanWhatIsKeptUnreadArrivesWhole) {
    constexpr std::size_t kTotal = 24 * 1024 * 1024;
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        std::string body(kTotal, '\0');
        for (std::size_t i = 0; i < body.size(); ++i) {
            body[i] = static_cast<char>((i * 2654435761U) >> 13);
        }
        connection.send(response(200, body));
    });
    run([&]() -> asio::awaitable<void> {
        const auto transfer = client_->start(Request(origin.url("/")));
        EXPECT_TRUE(co_await transfer->head());
        std::size_t got = 0;
        for (;;) {
            const auto bytes = co_await transfer->read();
            EXPECT_TRUE(bytes) << bytes.error().message();
            if (!bytes || bytes->empty()) {
                break;
            }
            for (const char byte : *bytes) {
                if (byte != static_cast<char>((got * 2654435761U) >> 13)) {
                    ADD_FAILURE() << "wrong byte at " << got;
                    co_return;
                }
                ++got;
            }
        }
        EXPECT_EQ(got, kTotal);
    }());
}

TEST_F(CallersThreadTest, RequestsInTurnUseOneConnection) {
    ScriptedOrigin origin(ScriptedOrigin::answering(&echo));
    run([&]() -> asio::awaitable<void> {
        std::vector<Request> requests;
        for (int i = 0; i < 3; ++i) {
            requests.emplace_back(origin.url("/" + std::to_string(i)));
        }
        const auto answers = co_await client_->get_in_turn(
            std::move(requests), {.max_bytes = 1000, .hand_over = 1h, .go_on = [](const auto&) {
                                      return true;
                                  }});
        EXPECT_EQ(answers.size(), 3U);
    }());
    EXPECT_EQ(origin.connections(), 1);
}

TEST_F(CallersThreadTest, ACancelledTransferEndsAtTheServerToo) {
    Event closed;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\nfirst");
        connection.wait_for_close();
        closed.set();
    });
    run([&]() -> asio::awaitable<void> {
        auto transfer = client_->start(Request(origin.url("/")));
        EXPECT_TRUE(co_await transfer->head());
        EXPECT_EQ(co_await transfer->read(), "first");
        transfer.reset();
    }());
    EXPECT_TRUE(closed.wait());
}

TEST_F(CallersThreadTest, IsDestroyedWithTransfersUnderWayOnceTheContextRests) {
    Event asked;
    Event closed;
    ScriptedOrigin origin([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        asked.set();
        connection.wait_for_close();
        closed.set();
    });
    const auto transfer = client_->start(Request(origin.url("/")));
    ASSERT_TRUE(asked.wait());
    stop();
    client_.reset();
    EXPECT_TRUE(closed.wait());
}

} // namespace
} // namespace plex_tuner::fetch::testing
