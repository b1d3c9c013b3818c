// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"
#include "support/sanitizer.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Limits first_byte_limit(std::chrono::milliseconds limit) {
    Limits limits;
    limits.first_byte = limit;
    return limits;
}

Limits total_limit(std::chrono::milliseconds limit) {
    Limits limits;
    limits.total = limit;
    return limits;
}

class FailureTest : public FetchTest {
protected:
    /// Sends `bytes` for any request and closes; the path holds credentials that no error may show.
    Error error_after(std::string bytes, bool reset = false) {
        ScriptedOrigin origin([&](Connection& connection) {
            static_cast<void>(connection.read_request());
            connection.send(bytes);
            if (reset) {
                connection.reset();
            }
        });
        const Error error = error_of(Request(origin.url("/live/user/hunter2/1.ts")));
        EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
        EXPECT_THAT(error.message(), HasSubstr(origin.base()));
        return error;
    }

    Error error_within(Limits limits, const ScriptedOrigin& origin) {
        Request request(origin.url("/live/user/hunter2/1.ts"));
        request.limits = limits;
        const Error error = error_of(request);
        EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
        EXPECT_EQ(error.code(), ErrorCode::timeout) << error.message();
        return error;
    }
};

TEST_F(FailureTest, RefusedConnectionIsNamed) {
    const Error error = error_of(Request(*Url::parse(refused_base() + "/x")));
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("refuses connections"));
}

TEST_F(FailureTest, LackOfDescriptorsIsNamed) {
    if (plex_tuner::testing::kUbsanNeedsPipes) {
        GTEST_SKIP() << "UBSan needs what this test takes away";
    }
    const ScriptedOrigin origin([](Connection&) {});
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const Error error = error_of(Request(origin.url("/live/user/hunter2/1.ts")));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("no file descriptor is free"));
    EXPECT_THAT(error.message(), HasSubstr("LimitNOFILE"));
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
}

TEST_F(FailureTest, UnknownNameIsNamed) {
    // A label beyond 63 bytes is refused without asking any name server.
    const std::string name = std::string(64, 'a') + ".invalid";
    const Error error = error_of(Request(*Url::parse("http://" + name + "/x")));
    EXPECT_EQ(error.code(), ErrorCode::network) << error.message();
    EXPECT_THAT(error.message(), HasSubstr("cannot be resolved"));
    EXPECT_THAT(error.message(), HasSubstr(name));
}

TEST_F(FailureTest, CloseWithoutAnswerIsNamed) {
    const Error error = error_after("");
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("without an answer"));
}

TEST_F(FailureTest, ResetIsNamed) {
    const Error error = error_after("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nabc", true);
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("reset"));
}

TEST_F(FailureTest, CutBodyIsNamed) {
    const Error error = error_after("HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nabc");
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("cut"));
}

TEST_F(FailureTest, CutChunksAreNamed) {
    const Error error =
        error_after("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab");
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("cut"));
}

TEST_F(FailureTest, BadChunkIsNamed) {
    const Error error =
        error_after("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nabc");
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("chunk"));
}

TEST_F(FailureTest, WhatIsNoHttpIsNamed) {
    const Error error = error_after("SSH-2.0-OpenSSH_9.2\r\n");
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("does not answer with HTTP"));
}

TEST_F(FailureTest, EndlessHeaderIsCutOff) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n");
        while (connection.send("X-Filler: " + std::string(1000, 'x') + "\r\n")) {
        }
    });
    const Error error = error_of(Request(origin.url("/")));
    EXPECT_EQ(error.code(), ErrorCode::too_large);
    EXPECT_THAT(error.message(), HasSubstr("header exceeds 256 KiB"));
}

TEST_F(FailureTest, EndlessHeaderLineIsCutOff) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\nX-Filler: ");
        while (connection.send(std::string(10'000, 'x'))) {
        }
    });
    const Error error = error_of(Request(origin.url("/")));
    EXPECT_EQ(error.code(), ErrorCode::too_large) << error.message();
}

TEST_F(FailureTest, EndlessInterimResponsesAreCutOff) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        while (connection.send("HTTP/1.1 102 Processing\r\n\r\n")) {
        }
    });
    EXPECT_EQ(error_of(Request(origin.url("/"))).code(), ErrorCode::too_large);
}

TEST_F(FailureTest, SilenceBeforeTheHeaderIsATimeout) {
    ScriptedOrigin origin([](Connection& connection) { connection.wait_for_close(); });
    const Error error = error_within(first_byte_limit(100ms), origin);
    EXPECT_THAT(error.message(), HasSubstr("no answer within 100 ms"));
    EXPECT_THAT(error.message(), HasSubstr(origin.base()));
}

TEST_F(FailureTest, FirstByteLimitCountsForEachHop) {
    ScriptedOrigin silent([](Connection& connection) { connection.wait_for_close(); });
    ScriptedOrigin first(ScriptedOrigin::answering([&](const std::string&) {
        return response(302, "", "Location: " + silent.base() + "/deep\r\n");
    }));
    const Error error = error_within(first_byte_limit(1500ms), first);
    EXPECT_THAT(error.message(), HasSubstr("no answer within 1500 ms from " + silent.base()));
}

TEST_F(FailureTest, SilenceInTheBodyIsATimeoutBehindTheBytesThatCame) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\nabc");
        connection.wait_for_close();
    });
    Request request(origin.url("/"));
    request.limits.stall = 100ms;
    const auto transfer = client_->start(std::move(request));
    const auto first = run(transfer->read());
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(*first, "abc");
    const auto second = run(transfer->read());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::timeout);
    EXPECT_THAT(second.error().message(), HasSubstr("no data for 100 ms"));
}

TEST_F(FailureTest, TotalLimitEndsWhatTrickles) {
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\nabc");
        connection.wait_for_close();
    });
    const Error error = error_within(total_limit(150ms), origin);
    EXPECT_THAT(error.message(), HasSubstr("not complete within 150 ms"));
}

TEST_F(FailureTest, ConnectLimitCoversTheTlsHandshake) {
    ScriptedOrigin origin([](Connection& connection) { connection.wait_for_close(); });
    Request request(*Url::parse("https://127.0.0.1:" + std::to_string(origin.port()) + "/"));
    request.limits.connect = 150ms;
    const Error error = error_of(request);
    EXPECT_EQ(error.code(), ErrorCode::timeout) << error.message();
    EXPECT_THAT(error.message(), HasSubstr("no connection within 150 ms"));
}

TEST_F(FailureTest, WaitingForAConnectionDoesNotUseUpTheConnectLimit) {
    use_connections_per_host(1);
    Event release;
    ScriptedOrigin origin([&](Connection& connection) {
        while (!connection.read_request().empty()) {
            static_cast<void>(release.wait());
            connection.send(response(200, "x"));
        }
    });
    Request patient(origin.url("/"));
    patient.limits.connect = 200ms;
    const auto first = client_->start(Request(origin.url("/")));
    const auto second = client_->start(std::move(patient));
    std::this_thread::sleep_for(500ms); // longer than the limit that must not strike
    release.set();
    ASSERT_TRUE(run(first->head()));
    const auto head = run(second->head());
    EXPECT_TRUE(head) << head.error().message();
}

} // namespace
} // namespace plex_tuner::fetch::testing
