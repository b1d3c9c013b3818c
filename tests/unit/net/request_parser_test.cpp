// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_parser.hpp"

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

using Progress = RequestParser::Progress;

struct Parsed {
    Progress progress = Progress::need_more;
    int problem_status = 0;
    Request request;
    bool keep_alive = false;
    std::size_t left_over = 0; ///< bytes given and not consumed
};

/// Feeds `text` in pieces of `chunk` bytes, as a connection would.
Parsed parse(const std::string& text, std::size_t chunk, const RequestLimits& limits = {}) {
    RequestParser parser(limits);
    Parsed out;
    std::string pending;
    for (std::size_t at = 0; at < text.size() && out.progress == Progress::need_more; at += chunk) {
        pending += text.substr(at, chunk);
        const auto step = parser.feed(pending);
        pending.erase(0, step.consumed);
        out.progress = step.progress;
        out.problem_status = step.problem ? step.problem->status : 0;
        out.left_over = pending.size() + text.size() - std::min(text.size(), at + chunk);
    }
    if (out.progress == Progress::complete) {
        out.keep_alive = parser.keep_alive();
        out.request = parser.take_request();
    }
    return out;
}

/// The same in every chunk size, which must not change anything.
Parsed parse_all_ways(const std::string& text, const RequestLimits& limits = {}) {
    Parsed whole = parse(text, text.size(), limits);
    for (std::size_t chunk = 1; chunk < text.size(); ++chunk) {
        const Parsed again = parse(text, chunk, limits);
        EXPECT_EQ(again.progress, whole.progress) << "chunk " << chunk << " of " << text;
        EXPECT_EQ(again.problem_status, whole.problem_status) << "chunk " << chunk;
        EXPECT_EQ(again.request.path, whole.request.path);
        EXPECT_EQ(again.request.headers.size(), whole.request.headers.size());
        if (whole.progress == Progress::complete) {
            EXPECT_EQ(again.left_over, whole.left_over) << "chunk " << chunk;
        }
    }
    return whole;
}

int problem(const std::string& text, const RequestLimits& limits = {}) {
    const Parsed parsed = parse_all_ways(text, limits);
    EXPECT_EQ(parsed.progress, Progress::failed) << text;
    return parsed.problem_status;
}

TEST(RequestParser, ReadsARequest) {
    const Parsed parsed =
        parse_all_ways("GET /auto/v5.1?x=1 HTTP/1.1\r\nHost: h\r\nUser-Agent:  a b \r\n\r\n");
    ASSERT_EQ(parsed.progress, Progress::complete);
    EXPECT_EQ(parsed.request.method, Method::get);
    EXPECT_EQ(parsed.request.target, "/auto/v5.1?x=1");
    EXPECT_EQ(parsed.request.path, "/auto/v5.1");
    EXPECT_EQ(parsed.request.query, "x=1");
    EXPECT_EQ(parsed.request.headers.find("user-agent"), "a b");
    EXPECT_TRUE(parsed.keep_alive);
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
    const std::string next = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    EXPECT_EQ(parse_all_ways("GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + next).left_over, next.size());
    EXPECT_EQ(parse_all_ways("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" + next)
                  .left_over,
        next.size());
    EXPECT_EQ(parse_all_ways("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3;x=y\r\nabc\r\n0\r\nTrailer: t\r\n\r\n" +
                             next)
                  .left_over,
        next.size());
}

TEST(RequestParser, AnEmptyChunkedBodyIsABody) {
    const Parsed parsed = parse_all_ways(
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    EXPECT_EQ(parsed.progress, Progress::complete);
    EXPECT_EQ(parsed.left_over, 0U);
}

TEST(RequestParser, EmptyLinesBeforeARequestAreSkipped) {
    EXPECT_EQ(
        parse_all_ways("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").progress, Progress::complete);
    EXPECT_EQ(problem(std::string(40, '\n')), 400);
}

TEST(RequestParser, OldVersionNeedsNoHostAndDoesNotKeepAlive) {
    const Parsed parsed = parse_all_ways("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(parsed.progress, Progress::complete);
    EXPECT_FALSE(parsed.keep_alive);
    EXPECT_TRUE(parse_all_ways("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
    EXPECT_FALSE(
        parse_all_ways("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").keep_alive);
}

TEST(RequestParser, HostIsCheckedAndReplacedByAnAbsoluteTarget) {
    EXPECT_EQ(problem("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(problem("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
    EXPECT_EQ(problem("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
    const Parsed parsed = parse_all_ways("GET http://b:1/x HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(parsed.progress, Progress::complete);
    EXPECT_EQ(parsed.request.path, "/x");
    EXPECT_EQ(parsed.request.headers.find("host"), "b:1");
}

TEST(RequestParser, MalformedRequestsAreNamedSo) {
    for (const char* text :
        {
            "\x16\x03\x01\x02", // a TLS greeting
            "GET\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\nHost: h\n\n",
            "GET / HTTPS/1.1\r\nHost: h\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET /a%00 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET relative HTTP/1.1\r\nHost: h\r\n\r\n",
        }) {
        EXPECT_EQ(problem(text), 400) << text;
    }
}

TEST(RequestParser, OtherVersionsAreNotSpoken) {
    EXPECT_EQ(problem("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
    EXPECT_EQ(problem("GET / HTTP/0.9\r\n\r\n"), 505);
}

TEST(RequestParser, UnknownCodingsAndExpectationsAreNamed) {
    EXPECT_EQ(problem("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"), 501);
    EXPECT_EQ(problem("GET / HTTP/1.1\r\nHost: h\r\nExpect: a-pony\r\n\r\n"), 417);
}

TEST(RequestParser, ExpectationIsReportedWhileTheBodyIsMissing) {
    RequestParser parser({});
    const auto step = parser.feed(
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(step.progress, Progress::need_more);
    EXPECT_TRUE(parser.in_body());
    EXPECT_TRUE(parser.expects_continue());
    EXPECT_EQ(parser.feed("ab").progress, Progress::complete);
}

TEST(RequestParser, RequestLineLimitIsExact) {
    RequestLimits limits;
    limits.max_request_line = 64;
    limits.max_header_bytes = 256;
    const std::string frame = "GET / HTTP/1.1";
    const auto line = [&](std::size_t size) {
        return "GET /" + std::string(size - frame.size(), 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    };
    EXPECT_EQ(parse_all_ways(line(64), limits).progress, Progress::complete);
    EXPECT_EQ(problem(line(65), limits), 414);
    EXPECT_EQ(problem("GET /" + std::string(500, 'a'), limits), 414); // and it need not end
}

TEST(RequestParser, HeaderLimitsCountTheWholeHeader) {
    RequestLimits limits;
    limits.max_request_line = 64;
    limits.max_header_bytes = 128;
    const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    const auto header = [&](std::size_t size) {
        return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(parse_all_ways(header(128), limits).progress, Progress::complete);
    EXPECT_EQ(problem(header(129), limits), 431);
    EXPECT_EQ(problem(start + std::string(500, 'a'), limits), 431);
}

TEST(RequestParser, TooManyFieldsAreRefused) {
    std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 0; i < 300; ++i) {
        text += "a:\r\n";
    }
    EXPECT_EQ(parse(text + "\r\n", text.size() + 2).problem_status, 431);
}

TEST(RequestParser, BodyLimitHoldsForBothFramings) {
    RequestLimits limits;
    limits.max_body_bytes = 4;
    const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
    EXPECT_EQ(parse_all_ways(post + "Content-Length: 4\r\n\r\nabcd", limits).progress,
        Progress::complete);
    EXPECT_EQ(problem(post + "Content-Length: 5\r\n\r\n", limits), 413);
    EXPECT_EQ(problem(post + "Content-Length: 99999999999999999999999\r\n\r\n", limits), 400);
    EXPECT_EQ(problem(post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                  limits),
        413);
}

TEST(RequestParser, EndlessChunkLinesAreRefused) {
    const std::string text = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                             std::string(20000, 'x');
    EXPECT_EQ(parse(text, 1000).problem_status, 400);
}

TEST(RequestParser, FoldedLinesAreJoined) {
    const Parsed parsed = parse_all_ways("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n  c\r\n\r\n");
    ASSERT_EQ(parsed.progress, Progress::complete);
    EXPECT_EQ(parsed.request.headers.find("a"), "b c");
}

} // namespace
} // namespace plex_tuner::net
